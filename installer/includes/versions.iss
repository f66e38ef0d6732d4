{ What is installed already. An older ChatBox cannot read what a newer one wrote, so none is put over it. }

const
  UninstallKey = 'Software\Microsoft\Windows\CurrentVersion\Uninstall\{#AppGuid}_is1';

function InstalledVersion(): String;
begin
  if not RegQueryStringValue(HKLM, UninstallKey, 'DisplayVersion', Result) then
    Result := '';
end;

function IsDowngrade(): Boolean;
var
  Installed, Ours: Int64;
begin
  Result := StrToVersion(InstalledVersion(), Installed) and StrToVersion('{#AppVersion}', Ours)
    and (ComparePackedVersion(Installed, Ours) > 0);
end;
