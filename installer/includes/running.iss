{ Running programs, each with what it printed and its exit code in Setup's log. }

const
  StartTries = 5;
  FileNotFound = 2;
  PathNotFound = 3;

function HasSwitch(const Name: String): Boolean;
var
  I: Integer;
begin
  Result := False;
  for I := 1 to ParamCount do
    if CompareText(ParamStr(I), '/' + Name) = 0 then
      Result := True;
end;

{ A program that has just been put there may be held by a virus scanner, and Wine fails to start one now and then. What
  is not there stays away. }
function Started(const Program_, Arguments: String; var Code: Integer): Boolean;
var
  I: Integer;
begin
  for I := 1 to StartTries do begin
    Result := ExecAndLogOutput(Program_, Arguments, '', SW_SHOWNORMAL, ewWaitUntilTerminated, Code, nil);
    if Result then
      exit;
    Log(Format('cannot start %s: %s', [Program_, SysErrorMessage(Code)]));
    if (Code = FileNotFound) or (Code = PathNotFound) then
      exit;
    Sleep(500);
  end;
end;

function Ran(const Program_, Arguments: String): Integer;
begin
  if not Started(Program_, Arguments, Result) then
    Result := -1
  else
    Log(Format('exit %d: %s %s', [Result, Program_, Arguments]));
end;

{ As the person who started Setup, also when an administrator's password was typed to go on. }
function RanAsPerson(const Program_, Arguments: String): Integer;
begin
  if not ExecAsOriginalUser(Program_, Arguments, '', SW_HIDE, ewWaitUntilTerminated, Result) then begin
    Log(Format('cannot start %s as the person: %s', [Program_, SysErrorMessage(Result)]));
    Result := -1;
  end else
    Log(Format('exit %d: (as the person) %s %s', [Result, Program_, Arguments]));
end;

procedure Must(const Program_, Arguments: String);
var
  Code: Integer;
begin
  Code := Ran(Program_, Arguments);
  if Code <> 0 then
    RaiseException(FmtMessage(CustomMessage('StepFailed'), [ExtractFileName(Program_) + ' ' + Arguments, IntToStr(Code)]));
end;

function Python(): String;
begin
  Result := ExpandConstant('{app}\runtime\python.exe');
end;

{ The arguments that make Python the command `chatbox`. }
function ChatBoxCommand(const Arguments: String): String;
begin
  Result := '-X utf8 -m chatbox ' + Arguments;
end;

{ A trailing backslash would escape the quote behind it. }
function Quoted(const Path: String): String;
begin
  Result := '"' + RemoveBackslashUnlessRoot(Path) + '"';
  if Copy(Result, Length(Result) - 1, 1) = '\' then
    Insert('\', Result, Length(Result));
end;

{ A program that has just ended may keep its files locked for a moment. }
function Unlocked(const Path: String; Seconds: Integer): Boolean;
var
  I: Integer;
  Opened: TFileStream;
begin
  Result := True;
  if not FileExists(Path) then
    exit;
  for I := 1 to Seconds * 5 do begin
    try
      Opened := TFileStream.Create(Path, fmOpenReadWrite or fmShareExclusive);
      Opened.Free;
      exit;
    except
      Sleep(200);
    end;
  end;
  Result := False;
  Log('still in use: ' + Path);
end;
