{ What can be chosen: a page of the wizard each, and a switch. An upgrade begins with what was chosen last. }

const
  ModeService = 'service';
  ModeLogon = 'logon';
  DefaultPort = '27700';
  Nobody = 'none';

var
  ModePage: TInputOptionWizardPage;
  WorkspacePage: TInputDirWizardPage;
  DetailsPage: TInputQueryWizardPage;
  { Of the last time. Setup writes the new choices over them before it acts on them. }
  FormerMode, FormerWorkspace: String;

function DataFolder(): String;
begin
  Result := ExpandConstant('{commonappdata}\{#Service}');
end;

{ The switch, else what was chosen last time, else the default. }
function Choice(const Name, Default: String): String;
begin
  Result := ExpandConstant('{param:' + Name + '}');
  if Result = '' then
    Result := GetPreviousData(Name, Default);
end;

function ChosenMode(): String;
begin
  if ModePage.SelectedValueIndex = 1 then
    Result := ModeLogon
  else
    Result := ModeService;
end;

function ChosenWorkspace(): String;
begin
  Result := RemoveBackslashUnlessRoot(Trim(WorkspacePage.Values[0]));
end;

function ChosenPort(): String;
begin
  Result := Trim(DetailsPage.Values[0]);
end;

function ChosenReaders(): String;
begin
  Result := Trim(DetailsPage.Values[1]);
  if CompareText(Result, Nobody) = 0 then
    Result := '';
end;

{ Why the value of one switch or page is wrong; '' when it is right. }
function WrongMode(const Mode: String): String;
begin
  Result := '';
  if (CompareText(Mode, ModeService) <> 0) and (CompareText(Mode, ModeLogon) <> 0) then
    Result := FmtMessage(CustomMessage('BadMode'), [Mode]);
end;

function IsInside(const Path, Folder: String): Boolean;
begin
  Result := Pos(Lowercase(AddBackslash(Folder)), Lowercase(AddBackslash(Path))) = 1;
end;

function WrongWorkspace(const Workspace, Mode: String): String;
begin
  Result := '';
  if (Length(Workspace) < 4) or (Copy(Workspace, 2, 2) <> ':\') or (Pos('"', Workspace) > 0) then
    Result := FmtMessage(CustomMessage('BadWorkspace'), [Workspace])
  else if IsInside(Workspace, ExpandConstant('{win}')) or IsInside(Workspace, ExpandConstant('{autopf}')) then
    Result := FmtMessage(CustomMessage('BadWorkspacePlace'), [Workspace])
  else if (CompareText(Mode, ModeLogon) = 0) and IsInside(Workspace, ExpandConstant('{commonappdata}')) then
    Result := FmtMessage(CustomMessage('BadWorkspaceAtLogon'), [Workspace]);
end;

function WrongPort(const Port: String): String;
begin
  Result := '';
  if not ValidPort(Port) then
    Result := FmtMessage(CustomMessage('BadPort'), [Port]);
end;

function WrongReaders(const Readers: String): String;
var
  Unknown: String;
begin
  Result := '';
  if CompareText(Readers, Nobody) = 0 then
    exit;
  SidsOf(Readers, Unknown);
  if Unknown <> '' then
    Result := FmtMessage(CustomMessage('BadReader'), [Unknown]);
end;

{ Of the switches, before anything is shown. }
function WrongSwitch(): String;
var
  Mode: String;
begin
  Mode := Choice('MODE', ModeService);
  Result := WrongMode(Mode);
  if (Result = '') and (ExpandConstant('{param:WORKSPACE}') <> '') then
    Result := WrongWorkspace(ExpandConstant('{param:WORKSPACE}'), Mode);
  if (Result = '') and (ExpandConstant('{param:PORT}') <> '') then
    Result := WrongPort(ExpandConstant('{param:PORT}'));
  if (Result = '') and (ExpandConstant('{param:TOKENREADERS}') <> '') then
    Result := WrongReaders(ExpandConstant('{param:TOKENREADERS}'));
end;

procedure InitializeWizard();
begin
  FormerMode := GetPreviousData('MODE', '');
  FormerWorkspace := GetPreviousData('WORKSPACE', '');
  ModePage := CreateInputOptionPage(wpSelectDir, CustomMessage('ModeTitle'), CustomMessage('ModeSubtitle'),
    CustomMessage('ModeText'), True, False);
  ModePage.Add(CustomMessage('ModeService'));
  ModePage.Add(CustomMessage('ModeLogon'));
  ModePage.SelectedValueIndex := 0;
  if CompareText(Choice('MODE', ModeService), ModeLogon) = 0 then
    ModePage.SelectedValueIndex := 1;

  WorkspacePage := CreateInputDirPage(ModePage.ID, CustomMessage('WorkspaceTitle'), CustomMessage('WorkspaceSubtitle'),
    CustomMessage('WorkspaceText'), False, 'ChatBox');
  WorkspacePage.Add('');
  WorkspacePage.Values[0] := Choice('WORKSPACE', DataFolder() + '\workspace');

  DetailsPage := CreateInputQueryPage(WorkspacePage.ID, CustomMessage('DetailsTitle'), CustomMessage('DetailsSubtitle'),
    CustomMessage('DetailsText'));
  DetailsPage.Add(CustomMessage('PortLabel'), False);
  DetailsPage.Add(CustomMessage('ReadersLabel'), False);
  DetailsPage.Values[0] := Choice('PORT', DefaultPort);
  DetailsPage.Values[1] := Choice('TOKENREADERS', SessionAccount());
  if CompareText(DetailsPage.Values[1], Nobody) = 0 then
    DetailsPage.Values[1] := '';
end;

procedure RegisterPreviousData(PreviousDataKey: Integer);
begin
  SetPreviousData(PreviousDataKey, 'MODE', ChosenMode());
  SetPreviousData(PreviousDataKey, 'WORKSPACE', ChosenWorkspace());
  SetPreviousData(PreviousDataKey, 'PORT', ChosenPort());
  SetPreviousData(PreviousDataKey, 'TOKENREADERS', ChosenReaders());
end;

function TakenPort(const Port: String): String;
begin
  Result := '';
  if not PortFree(StrToIntDef(Port, 0)) then
    Result := FmtMessage(CustomMessage('PortTaken'), [Port]);
end;

function NextButtonClick(CurPageID: Integer): Boolean;
var
  Wrong: String;
begin
  Wrong := '';
  if CurPageID = WorkspacePage.ID then
    Wrong := WrongWorkspace(ChosenWorkspace(), ChosenMode())
  else if CurPageID = DetailsPage.ID then begin
    Wrong := WrongPort(ChosenPort());
    if Wrong = '' then
      Wrong := WrongReaders(ChosenReaders());
    { The port of last time is held by the room itself, until Setup stops it. }
    if (Wrong = '') and not WizardSilent and (GetPreviousData('PORT', '') <> ChosenPort()) then
      Wrong := TakenPort(ChosenPort());
  end;
  Result := Wrong = '';
  if not Result then begin
    Log('refused: ' + Wrong);
    SuppressibleMsgBox(Wrong, mbError, MB_OK, IDOK);
  end;
end;

procedure ShowReaders(Visible: Boolean);
begin
  DetailsPage.PromptLabels[1].Visible := Visible;
  DetailsPage.Edits[1].Visible := Visible;
end;

{ The person's own folder is a better beginning than one of the machine. }
procedure SuggestWorkspace();
begin
  if (ChosenMode() = ModeLogon) and IsInside(ChosenWorkspace(), ExpandConstant('{commonappdata}')) then
    WorkspacePage.Values[0] := GetEnv('USERPROFILE') + '\ChatBox'
  else if (ChosenMode() = ModeService) and (ChosenWorkspace() = GetEnv('USERPROFILE') + '\ChatBox') then
    WorkspacePage.Values[0] := DataFolder() + '\workspace';
end;

function ReadersShown(): String;
begin
  Result := ChosenReaders();
  if Result = '' then
    Result := CustomMessage('ReadyNobody');
end;

function UpdateReadyMemo(Space, NewLine, MemoUserInfoInfo, MemoDirInfo, MemoTypeInfo, MemoComponentsInfo, MemoGroupInfo,
  MemoTasksInfo: String): String;
begin
  Result := MemoDirInfo + NewLine + NewLine + CustomMessage('ReadyMode') + NewLine + Space;
  if ChosenMode() = ModeService then
    Result := Result + CustomMessage('ReadyService')
  else
    Result := Result + FmtMessage(CustomMessage('ReadyLogon'), [SessionAccount()]);
  Result := Result + NewLine + NewLine + CustomMessage('WorkspaceTitle') + ':' + NewLine + Space + ChosenWorkspace()
    + NewLine + NewLine + CustomMessage('PortLabel') + NewLine + Space + ChosenPort();
  if ChosenMode() = ModeService then
    Result := Result + NewLine + NewLine + CustomMessage('ReadyReaders') + NewLine + Space + ReadersShown();
  if MemoTasksInfo <> '' then
    Result := Result + NewLine + NewLine + MemoTasksInfo;
end;
