{ Our own programs, before they are replaced or removed. }

function ProgramsUnlocked(): Boolean;
begin
  Result := Unlocked(ServiceWrapper(), 30) and Unlocked(Python(), 30)
    and Unlocked(ExpandConstant('{app}\runtime\pythonw.exe'), 30)
    and Unlocked(ExpandConstant('{app}\runtime\python313.dll'), 30);
end;

{ When its process has gone: a service that is removed while it ends may leave that process behind. }
procedure RemoveService();
begin
  if ServiceState('{#Service}') = StateAbsent then
    exit;
  ServiceStopped('{#Service}');
  ProgramsUnlocked();
  DeregisterService();
end;
