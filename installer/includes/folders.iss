{ Folders and who may do what in them. By default every user may write below ProgramData, and may have made our folder
  before us: so the owner is set, what was granted is taken back, and nothing is inherited from above. }

const
  ReparsePoint = $400;
  NoAttributes = $FFFFFFFF;

function FileAttributes(Path: String): DWORD; external 'GetFileAttributesW@kernel32.dll stdcall';

function IcaclsProgram(): String;
begin
  Result := ExpandConstant('{sys}\icacls.exe');
end;

procedure Icacls(const Path, What: String);
begin
  Must(IcaclsProgram(), Quoted(Path) + ' ' + What + ' /L /Q');
end;

{ A link would lead the grants to somebody else's files. }
procedure MakeFolder(const Path: String);
begin
  if (FileAttributes(Path) <> NoAttributes) and (FileAttributes(Path) and ReparsePoint <> 0) then
    RaiseException(FmtMessage(CustomMessage('FolderIsLink'), [Path]));
  if not ForceDirectories(Path) then
    RaiseException(FmtMessage(CustomMessage('FolderNotMade'), [Path]));
end;

function Everything(const Sid, Rights: String): String;
begin
  Result := ' *' + Sid + ':(OI)(CI)' + Rights;
end;

{ A reader's grant in the same command would take the place of theirs. }
function HasMoreThanReaders(const Sid: String): Boolean;
begin
  Result := (Sid = SystemSid) or (Sid = AdministratorsSid) or (Sid = ServiceSid('{#Service}'));
end;

{ SYSTEM and Administrators own it; the service gets ServiceRights, the readers may read, Others is for whom else. }
procedure Close(const Folder, ServiceRights, Others: String);
var
  Grants, Unknown: String;
  Readers: TArrayOfString;
  I: Integer;
begin
  Grants := Others + Everything(SystemSid, 'F') + Everything(AdministratorsSid, 'F') + Everything(ServiceSid('{#Service}'), ServiceRights);
  Readers := SidsOf(ChosenReaders(), Unknown);
  for I := 0 to GetArrayLength(Readers) - 1 do
    if not HasMoreThanReaders(Readers[I]) then
      Grants := Grants + Everything(Readers[I], 'RX');
  Icacls(Folder, '/setowner *' + AdministratorsSid + ' /T');
  Icacls(Folder, '/reset');
  Icacls(Folder, '/inheritance:r /grant:r' + Grants);
end;

function IsEmpty(const Folder: String): Boolean;
var
  Found: TFindRec;
begin
  Result := True;
  if FindFirst(Folder + '\*', Found) then
    try
      repeat
        if (Found.Name <> '.') and (Found.Name <> '..') then
          Result := False;
      until not FindNext(Found);
    finally
      FindClose(Found);
    end;
end;

{ What lies in it has what the folder has, and nothing of its own. }
procedure Inherit(const Folder: String);
begin
  if not IsEmpty(Folder) then
    Icacls(Folder + '\*', '/reset /T');
end;

{ The workspace is the service's no longer: it is not named any more, and where it lies outside our own folder its access
  is what the folders above it give. }
procedure ReleaseWorkspace(const Workspace: String);
var
  Room: String;
begin
  if Workspace = '' then
    exit;
  if FileExists(DataFolder() + '\service.toml') then
    { It may have been taken out by hand. }
    Ran(Python(), ChatBoxCommand('service configure --remove ' + Quoted(Workspace)));
  if IsInside(Workspace, DataFolder()) or not DirExists(Workspace) then
    exit;
  Ran(IcaclsProgram(), Quoted(Workspace) + ' /remove:g *' + ServiceSid('{#Service}') + ' /L /Q');
  Room := Workspace + '\.agentchat';
  if DirExists(Room) then
    Ran(IcaclsProgram(), Quoted(Room) + ' /reset /T /L /Q');
end;

procedure PrepareFolders();
var
  Workspace, Room: String;
begin
  Workspace := ChosenWorkspace();
  Room := Workspace + '\.agentchat';
  MakeFolder(DataFolder());
  { Closed before anything is put into it. }
  { Every user's programs look into service.toml to learn which rooms are the service's; it holds no secret. This grant is
    for the files of this very folder. }
  Close(DataFolder(), 'RX', ' *' + UsersSid + ':(OI)(NP)RX');
  MakeFolder(DataFolder() + '\logs');
  MakeFolder(DataFolder() + '\people');
  MakeFolder(Workspace);
  Inherit(DataFolder());
  Icacls(DataFolder() + '\logs', '/grant' + Everything(ServiceSid('{#Service}'), 'M'));
  Icacls(DataFolder() + '\people', '/grant' + Everything(ServiceSid('{#Service}'), 'M'));
  Icacls(Workspace, '/grant' + Everything(ServiceSid('{#Service}'), 'M'));
  MakeFolder(Room);
  Close(Room, 'M', '');
  Inherit(Room);
end;
