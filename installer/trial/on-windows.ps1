# The trial on a real Windows, as an administrator: the same course as under Wine, and the access lists that Wine lacks.
# Everything of ChatBox on this machine is removed by it. Run it on a machine for trials.
$ErrorActionPreference = 'Stop'
$root = Resolve-Path "$PSScriptRoot\..\.."
$out = "$root\.cache\installer\out"
$logs = New-Item -ItemType Directory -Force "$root\.cache\installer\logs"
$new = "$out\chatbox-99.0.0-x64-setup.exe"
$old = Get-ChildItem "$out\chatbox-*-x64-setup.exe" | Where-Object FullName -NE $new | Select-Object -First 1
$version = $old.Name.Split('-')[1]
$programs = "$env:ProgramFiles\ChatBox"
$data = "$env:ProgramData\ChatBox"
$port = 47811
$steps = 0
$python = "$root\.venv\Scripts\python.exe"
$told = "$logs\told.json"

function Assert($holds, $what) {
  if (-not $holds) { throw "WRONG: $what" }
  Write-Host "ok: $what"
}
function Invoke-Setup($setup, [string[]] $switches) {
  $script:steps++
  $quiet = @('/VERYSILENT', '/SUPPRESSMSGBOXES', '/NORESTART', "/LOG=`"$logs\$script:steps.log`"")
  (Start-Process -Wait -PassThru $setup ($quiet + $switches)).ExitCode
}
function Uninstall([string[]] $switches) {
  $script:steps++
  $quiet = @('/VERYSILENT', '/SUPPRESSMSGBOXES', '/NORESTART', "/LOG=`"$logs\$script:steps-uninstall.log`"")
  Start-Process -Wait "$programs\unins000.exe" ($quiet + $switches)
  # What was started returns before its copy in the temporary folder is done.
  foreach ($i in 1..120) { if (-not (Test-Path $programs)) { return }; Start-Sleep -Milliseconds 500 }
}
function Get-Version {
  try { (Invoke-RestMethod "http://127.0.0.1:$port/health" -TimeoutSec 3).version } catch { '' }
}
# While 8 clients post, something is done to the service; afterwards each answered post is there, once.
function Invoke-UnderLoad($what, [string[]] $done) {
  $token = (Get-ChildItem "$data\people\*.token" | Select-Object -First 1).FullName
  & $python -m installer.trial.load post --token $token --port $port --told $told @done | Out-Host
  Assert ($LASTEXITCODE -eq 0) "$what under 8 clients that post"
  Stop-Service ChatBox
  & $python -m installer.trial.load judge --workspace "$data\workspace" --told $told | Out-Host
  Assert ($LASTEXITCODE -eq 0) "$what lost nothing"
  Start-Service ChatBox
  foreach ($i in 1..40) { if (Get-Version) { return }; Start-Sleep -Milliseconds 500 }
}

Set-Location $root
$began = Get-Date
Assert ((Invoke-Setup $old.FullName @("/PORT=$port")) -eq 0) 'a silent installation ends with 0'
Assert (((Get-Date) - $began).TotalSeconds -lt 60) 'it takes less than a minute'
Assert ((Get-Version) -eq $version) "the room answers with $version"
& "$programs\bin\verify_install.cmd" --kill
Assert ($LASTEXITCODE -eq 0) 'verify_install finds nothing wrong'

# Somebody else may neither read the token nor write anything here.
$accounts = (Get-Acl "$data\people").Access | ForEach-Object { $_.IdentityReference.Value }
Assert (-not ($accounts -match 'Users$|Everyone$|Benutzer$')) "only these may enter: $($accounts -join ', ')"
Assert ((Get-Acl $data).AreAccessRulesProtected) 'nothing is inherited from ProgramData'

& "$programs\bin\chatbox.cmd" post --workspace "$data\workspace" general 'kept over everything'
Assert ($LASTEXITCODE -eq 0) 'a person speaks from the command line'

Invoke-UnderLoad 'five kills, each time back within 5 s,' @('--kills', '5')

$listener = [System.Net.Sockets.TcpListener]::new([System.Net.IPAddress]::Loopback, 47999)
$listener.Start()
Assert ((Invoke-Setup $new @('/PORT=47999')) -eq 7) 'a port that is taken is refused with 7'
$listener.Stop()
$quiet = @('/VERYSILENT', '/SUPPRESSMSGBOXES', '/NORESTART', "/LOG=$logs\upgrade.log")
Invoke-UnderLoad 'an upgrade over the running service' (@('--', $new) + $quiet)
Assert ((Get-Version) -eq '99.0.0') 'the new version answers on the port that was chosen before'
Assert ((Invoke-Setup $old.FullName @()) -eq 1) 'an older version is refused with 1'
Assert ((Get-Version) -eq '99.0.0') 'and changes nothing'

$stop = @"
`$before = Get-Date
Stop-Service ChatBox
if (((Get-Date) - `$before).TotalSeconds -ge 15) { exit 1 }
if ((Get-Content '$data\logs\service.log' -Tail 1) -notmatch 'ended$') { exit 2 }
Start-Service ChatBox
"@
$encoded = [Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes($stop))
Invoke-UnderLoad 'a stop, by itself and within 15 s,' @('--', 'powershell', '-NoProfile', '-EncodedCommand', $encoded)

Uninstall @()
Assert (-not (Test-Path $programs)) 'an uninstallation removes the programs'
Assert (-not (Get-Service ChatBox -ErrorAction SilentlyContinue)) 'and the service'
Assert (Test-Path "$data\workspace\.agentchat\journal.db") 'and keeps what was said'
Assert ((Invoke-Setup $new @("/PORT=$port")) -eq 0) 'it is installed again'
$found = & "$programs\bin\chatbox.cmd" search --workspace "$data\workspace" everything
Assert ("$found" -match 'kept over everything') 'what was said is there'
Uninstall @('/PURGE')
Assert (-not (Test-Path $data)) '/PURGE removes what was said'

foreach ($cycle in 1..20) {
  Assert ((Invoke-Setup $old.FullName @("/PORT=$port")) -eq 0) "cycle ${cycle}: installed"
  Get-CimInstance Win32_Process -Filter "Name='python.exe'" | Where-Object CommandLine -Match 'service run' |
    ForEach-Object { Stop-Process -Force $_.ProcessId }
  Assert ((Invoke-Setup $new @()) -eq 0) "cycle ${cycle}: upgraded"
  Uninstall @('/PURGE')
  $left = @($programs, $data) | Where-Object { Test-Path $_ }
  Assert (-not $left -and -not (Get-Service ChatBox -ErrorAction SilentlyContinue)) "cycle ${cycle}: nothing is left"
}
