{ The course of an installation. Exit codes: 1 nothing was touched (a wrong switch, or a newer ChatBox is there), 7 nothing
  was changed (the port is taken, or the service does not let go), 20 installed, but the room does not answer. }

const
  ExitNoAnswer = 20;

var
  Failed: String;

function InitializeSetup(): Boolean;
var
  Wrong: String;
begin
  Log('account NT SERVICE\{#Service} is ' + ServiceSid('{#Service}'));
  { A pair that everybody knows, so that a log shows whether the formula was right. }
  Log('account NT SERVICE\TrustedInstaller is ' + ServiceSid('TrustedInstaller'));
  if IsDowngrade() then
    Wrong := FmtMessage(CustomMessage('IsDowngrade'), [InstalledVersion(), '{#AppVersion}'])
  else
    Wrong := WrongSwitch();
  Result := Wrong = '';
  if not Result then begin
    Log('refused: ' + Wrong);
    SuppressibleMsgBox(Wrong, mbCriticalError, MB_OK, IDOK);
  end;
end;

procedure CurPageChanged(CurPageID: Integer);
begin
  if CurPageID = WorkspacePage.ID then
    SuggestWorkspace()
  else if CurPageID = DetailsPage.ID then
    ShowReaders(ChosenMode() = ModeService)
  else if CurPageID = wpFinished then begin
    if Failed <> '' then
      WizardForm.FinishedLabel.Caption := Failed
    else
      WizardForm.FinishedLabel.Caption := FmtMessage(CustomMessage('Finished'), [ChosenPort(), ChosenWorkspace()]);
    { It was as high as Inno Setup's own text. }
    WizardForm.AdjustLabelHeight(WizardForm.FinishedLabel);
  end;
end;

function PrepareToInstall(var NeedsRestart: Boolean): String;
var
  WasRunning: Boolean;
begin
  Result := '';
  WasRunning := ServiceState('{#Service}') = StateRunning;
  if not ServiceStopped('{#Service}') then
    Result := CustomMessage('NotStopped');
  if Result = '' then begin
    StopTask();
    if not ProgramsUnlocked() then
      Result := CustomMessage('InUse');
  end;
  if Result = '' then
    Result := TakenPort(ChosenPort());
  if Result <> '' then begin
    Log('refused: ' + Result);
    if WasRunning then
      StartService()
    else if CompareText(GetPreviousData('MODE', ''), ModeLogon) = 0 then
      StartTask();
  end;
end;

{ What a person may be called in the room: letters, digits and . _ - }
function PersonName(): String;
var
  Account: String;
  I: Integer;
begin
  Result := '';
  Account := SessionAccount();
  for I := Pos('\', Account) + 1 to Length(Account) do
    if Pos(Lowercase(Account[I]), 'abcdefghijklmnopqrstuvwxyz0123456789') > 0 then
      Result := Result + Account[I];
  if (Result = '') or (CompareText(Result, 'system') = 0) then
    Result := 'person';
end;

procedure ConfigureService();
var
  Arguments: String;
begin
  Arguments := 'service configure --workspace ' + Quoted(ChosenWorkspace()) + ' --port ' + ChosenPort() + ' --no-agents';
  if not FileExists(DataFolder() + '\service.toml') then
    Arguments := Arguments + ' --person ' + PersonName();
  Must(Python(), ChatBoxCommand(Arguments));
end;

{ A room at logon is told to its person's own service.toml, and its folder is the person's already. }
procedure ReleaseFormer();
begin
  if CompareText(FormerMode, ModeService) = 0 then
    ReleaseWorkspace(FormerWorkspace);
end;

{ The same of the person's configuration: both rooms would want the port. }
procedure ForgetFormer();
begin
  if CompareText(FormerMode, ModeLogon) = 0 then
    RanAsPerson(Python(), ForgetCommand(FormerWorkspace));
end;

procedure SetUpService();
begin
  if CompareText(FormerWorkspace, ChosenWorkspace()) <> 0 then
    ReleaseFormer();
  PrepareFolders();
  ConfigureService();
  RegisterService();
  StartService();
  { "Running" would only say that the wrapper runs. The room itself answers, and with the version that was put here. }
  if Ran(Python(), ChatBoxCommand('service health --expect-version {#AppVersion} --wait 40')) <> 0 then
    RaiseException(FmtMessage(CustomMessage('NoAnswer'), [ChosenPort(), DataFolder() + '\logs']));
end;

procedure TellEventLog(const Kind, Text: String);
begin
  Ran(ExpandConstant('{sys}\eventcreate.exe'), '/ID 1 /L APPLICATION /SO {#AppName} /T ' + Kind + ' /D "' + Text + '"');
end;

procedure CurStepChanged(CurStep: TSetupStep);
begin
  if CurStep <> ssPostInstall then
    exit;
  try
    if ChosenMode() = ModeService then begin
      RemoveTask();
      ForgetFormer();
      SetUpService();
    end else begin
      RemoveService();
      ReleaseFormer();
      if CompareText(FormerWorkspace, ChosenWorkspace()) <> 0 then
        ForgetFormer();
      SetUpTask();
    end;
    TellEventLog('INFORMATION', '{#AppName} {#AppVersion} is installed and answers on port ' + ChosenPort() + '.');
  except
    Failed := GetExceptionMessage;
    Log('failed: ' + Failed);
    TellEventLog('ERROR', '{#AppName} {#AppVersion} is installed, but its room was not set up or does not answer on port '
      + ChosenPort() + '. Setup''s log says more.');
    SuppressibleMsgBox(Failed, mbCriticalError, MB_OK, IDOK);
  end;
end;

function GetCustomSetupExitCode(): Integer;
begin
  Result := 0;
  if Failed <> '' then
    Result := ExitNoAnswer;
end;
