{ The machine's PATH. }

const
  EnvironmentKey = 'SYSTEM\CurrentControlSet\Control\Session Manager\Environment';

{ Where Folder begins in ';' + PATH + ';'; 0 when it is not there. }
function PathPosition(const Folder: String; var Path: String): Integer;
begin
  if not RegQueryStringValue(HKLM, EnvironmentKey, 'Path', Path) then
    Path := '';
  Result := Pos(';' + Uppercase(Folder) + ';', ';' + Uppercase(Path) + ';');
end;

function LacksPath(const Folder: String): Boolean;
var
  Path: String;
begin
  Result := PathPosition(Folder, Path) = 0;
end;

procedure RemoveFromPath(const Folder: String);
var
  Path: String;
  At: Integer;
begin
  At := PathPosition(Folder, Path);
  if At = 0 then
    exit;
  if At = 1 then
    Delete(Path, 1, Length(Folder) + 1)
  else
    Delete(Path, At - 1, Length(Folder) + 1);
  RegWriteExpandStringValue(HKLM, EnvironmentKey, 'Path', Path);
end;
