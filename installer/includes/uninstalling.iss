{ The course of an uninstallation. What was said is kept, unless /PURGE. }

var
  Kept: String;

{ Of all rooms of the service, also of those that were added by hand; while there is a Python that knows where they are. }
procedure PurgeRooms();
begin
  if FileExists(DataFolder() + '\service.toml') then
    Ran(Python(), ChatBoxCommand('service uninstall --purge --yes'));
end;

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
    if HasSwitch('PURGE') then begin
      PurgeRooms();
      if CompareText(GetPreviousData('MODE', ''), ModeLogon) = 0 then
        Ran(Python(), ForgetCommand(Kept));
    end;
    if CompareText(GetPreviousData('MODE', ''), ModeService) = 0 then
      ReleaseWorkspace(Kept);
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
