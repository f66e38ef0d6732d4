; ChatBox for Windows: a service of the machine, or a task at logon of one person. docs/windows.md says what it does.
; Built by build.py: ISCC /DAppVersion=x.y.z /DStage=<folder> [/DQuick] [/DSign /Schatbox=<command>] [/DSignDir=<folder>]
#ifndef AppVersion
  #error pass /DAppVersion=x.y.z, or use build.py
#endif
#ifndef Stage
  #error pass /DStage=<the staged folder>, or use build.py
#endif
#define AppName "ChatBox"
#define Service "ChatBox"
#define AppGuid "{8B0C6D0C-5B7E-4C43-9B07-5F2D2B1E6A51}"

[Setup]
AppId={{#AppGuid}
AppName={#AppName}
AppVersion={#AppVersion}
AppVerName={#AppName} {#AppVersion}
AppPublisher=ChatBox
VersionInfoVersion={#AppVersion}
DefaultDirName={autopf}\{#AppName}
DisableDirPage=auto
DisableProgramGroupPage=yes
DisableWelcomePage=no
LicenseFile={#Stage}\LICENSE.txt
PrivilegesRequired=admin
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
#ifdef Quick
Compression=lzma2/fast
#else
Compression=lzma2/max
#endif
SolidCompression=yes
; In local time the same sources would make another Setup.exe elsewhere.
TimeStampsInUTC=yes
WizardStyle=modern
ShowLanguageDialog=auto
UsePreviousLanguage=yes
SetupMutex={#Service}Setup,Global\{#Service}Setup
ChangesEnvironment=yes
; By then the service stands still and its former programs are gone: nothing would bring them back.
AllowCancelDuringInstall=no
; Setup stops its own service. The Restart Manager would end other people's Python.
CloseApplications=no
UninstallDisplayName={#AppName}
UninstallDisplayIcon={app}\runtime\python.exe
SetupLogging=yes
UninstallLogging=yes
; On Windows the compiler runs the signing command. Elsewhere it leaves the uninstaller in SignDir to be signed first.
#ifdef Sign
SignTool=chatbox
SignedUninstaller=yes
#endif
#ifdef SignDir
SignedUninstaller=yes
SignedUninstallerDir={#SignDir}
#endif

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"
Name: "de"; MessagesFile: "compiler:Languages\German.isl"

#include "texts\english.iss"
#include "texts\german.iss"

[Tasks]
Name: addtopath; Description: "{cm:TaskPath}"

[InstallDelete]
; No module of the version before may stay importable.
Type: filesandordirs; Name: "{app}\runtime"
Type: filesandordirs; Name: "{app}\app"
Type: filesandordirs; Name: "{app}\licences"

[Files]
Source: "{#Stage}\*"; DestDir: "{app}"; Flags: recursesubdirs createallsubdirs ignoreversion

[Icons]
Name: "{autoprograms}\{#AppName}\{cm:IconPrompt}"; Filename: "{cmd}"; Parameters: "/K """"{app}\bin\chatbox.cmd"" --help"""; \
  WorkingDir: "%USERPROFILE%"
Name: "{autoprograms}\{#AppName}\{cm:IconVerify}"; Filename: "{cmd}"; Parameters: "/K """"{app}\bin\verify_install.cmd"""""; \
  WorkingDir: "%USERPROFILE%"
Name: "{autoprograms}\{#AppName}\{cm:UninstallProgram,{#AppName}}"; Filename: "{uninstallexe}"

[Registry]
Root: HKLM; Subkey: "SYSTEM\CurrentControlSet\Control\Session Manager\Environment"; ValueType: expandsz; ValueName: "Path"; \
  ValueData: "{olddata};{app}\bin"; Tasks: addtopath; Check: LacksPath(ExpandConstant('{app}\bin'))
; Windows shows entries of a source that it does not know with an apology in front of them.
Root: HKLM; Subkey: "SYSTEM\CurrentControlSet\Services\EventLog\Application\{#AppName}"; ValueType: expandsz; \
  ValueName: "EventMessageFile"; ValueData: "{sys}\EventCreate.exe"; Flags: uninsdeletekey
Root: HKLM; Subkey: "SYSTEM\CurrentControlSet\Services\EventLog\Application\{#AppName}"; ValueType: dword; \
  ValueName: "TypesSupported"; ValueData: "7"

[UninstallDelete]
Type: filesandordirs; Name: "{app}\runtime"
Type: filesandordirs; Name: "{app}\app"
Type: dirifempty; Name: "{app}\bin"
Type: dirifempty; Name: "{app}"

[Code]
#include "includes\running.iss"
#include "includes\services.iss"
#include "includes\nssm.iss"
#include "includes\programs.iss"
#include "includes\accounts.iss"
#include "includes\ports.iss"
#include "includes\path.iss"
#include "includes\versions.iss"
#include "includes\choices.iss"
#include "includes\folders.iss"
#include "includes\logon.iss"
#include "includes\installing.iss"
#include "includes\uninstalling.iss"
