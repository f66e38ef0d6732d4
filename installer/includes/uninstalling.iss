{ The course of an uninstallation. What was said is kept, unless /PURGE. }

var
  Kept: String;

{ The room's own folder, never another file of the workspace. }
procedure Purge();
begin
  if Kept <> '' then
    DelTree(Kept + '\.agentchat', True, True, True);
  DelTree(DataFolder(), True, True, True);
end;

procedure CurUninstallStepChanged(CurUninstallStep: TUninstallStep);
begin
  if CurUninstallStep = usUninstall then begin
    Kept := GetPreviousData('WORKSPACE', '');
    StopTask();
    RemoveService();
    RemoveTask();
    ProgramsUnlocked();
    RemoveFromPath(ExpandConstant('{app}\bin'));
  end;
  if CurUninstallStep = usPostUninstall then begin
    if HasSwitch('PURGE') then
      Purge()
    else if not UninstallSilent and DirExists(DataFolder()) then
      MsgBox(FmtMessage(CustomMessage('Kept'), [DataFolder(), Kept]), mbInformation, MB_OK);
  end;
end;
