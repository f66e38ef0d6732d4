{ The only file of the installer that knows what wraps the service. What NSSM is told stands in the sidecar:
  sidecar/chatbox/service/nssm.py, which `chatbox service install` runs. }

function ServiceWrapper(): String;
begin
  Result := ExpandConstant('{app}\bin\nssm.exe');
end;

procedure RegisterService();
begin
  Must(Python(), ChatBoxCommand('service install --no-start --account virtual'));
  if not ServiceReaches('{#Service}', StateStopped, 15) then
    RaiseException(CustomMessage('NotRegistered'));
end;

{ Its exit code decides nothing: it can be 1 while the service is about to start. }
procedure StartService();
begin
  Ran(ServiceWrapper(), 'start {#Service}');
end;

procedure DeregisterService();
begin
  Ran(ServiceWrapper(), 'remove {#Service} confirm');
end;
