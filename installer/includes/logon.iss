{ The other mode: a task that starts the room when its person logs on, with their rights and their agents' logins. }

function AtLogon(): String;
begin
  Result := '-X utf8 ' + Quoted(ExpandConstant('{app}\app\at_logon.py')) + ' ';
end;

{ Where the Task Scheduler keeps it: a look costs less than a Python that asks. }
function TaskExists(): Boolean;
begin
  Result := FileExists(ExpandConstant('{sys}\Tasks\{#Service}')) and FileExists(ExpandConstant('{app}\app\at_logon.py'));
end;

procedure StopTask();
begin
  if TaskExists() then
    Ran(Python(), AtLogon() + 'end');
end;

procedure StartTask();
begin
  Ran(Python(), AtLogon() + 'start');
end;

procedure RemoveTask();
begin
  if TaskExists() then
    Ran(Python(), AtLogon() + 'remove');
end;

function ForgetCommand(const Workspace: String): String;
begin
  Result := AtLogon() + 'forget --workspace ' + Quoted(Workspace);
end;

procedure SetUpTask();
var
  Chosen: String;
begin
  Chosen := 'configure --workspace ' + Quoted(ChosenWorkspace()) + ' --port ' + ChosenPort();
  if RanAsPerson(Python(), AtLogon() + Chosen) <> 0 then
    RaiseException(CustomMessage('NotConfigured'));
  Must(Python(), AtLogon() + 'register --user "' + SessionAccount() + '"');
  StartTask();
  if RanAsPerson(Python(), AtLogon() + 'health --expect-version {#AppVersion} --wait 30') <> 0 then
    RaiseException(FmtMessage(CustomMessage('NoAnswer'), [ChosenPort(), ChosenWorkspace() + '\.agentchat']));
end;
