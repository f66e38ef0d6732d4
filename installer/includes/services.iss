{ Windows' own service control manager. }

const
  ManagerConnect = $1;
  QueryStatus = $4;
  StopAccess = $20;
  ControlStop = 1;
  ProcessInformation = 0;
  ProcessSynchronize = $100000;
  ProcessTerminate = 1;
  StateAbsent = 0;
  StateStopped = 1;
  StateRunning = 4;

type
  TServiceStatus = record
    ServiceType, State, Accepted, ExitCode, OwnExitCode, CheckPoint, WaitHint: DWORD;
  end;
  TServiceProcess = record
    Status: TServiceStatus;
    Id, Flags: DWORD;
  end;

function OpenSCManager(Machine, Database: LongWord; Access: DWORD): THandle; external 'OpenSCManagerW@advapi32.dll stdcall';
function OpenService(Manager: THandle; Name: String; Access: DWORD): THandle; external 'OpenServiceW@advapi32.dll stdcall';
function CloseServiceHandle(Handle: THandle): Boolean; external 'CloseServiceHandle@advapi32.dll stdcall';
function QueryServiceStatus(Handle: THandle; var Status: TServiceStatus): Boolean;
  external 'QueryServiceStatus@advapi32.dll stdcall';
function ControlService(Handle: THandle; Control: DWORD; var Status: TServiceStatus): Boolean;
  external 'ControlService@advapi32.dll stdcall';
function QueryServiceStatusEx(Handle: THandle; Level: Integer; var Found: TServiceProcess; Size: DWORD;
  var Needed: DWORD): Boolean;
  external 'QueryServiceStatusEx@advapi32.dll stdcall';
function OpenProcess(Access: DWORD; Inheritable: Boolean; Id: DWORD): THandle; external 'OpenProcess@kernel32.dll stdcall';
function WaitForSingleObject(Handle: THandle; Milliseconds: DWORD): DWORD;
  external 'WaitForSingleObject@kernel32.dll stdcall';
function TerminateProcess(Handle: THandle; ExitCode: DWORD): Boolean; external 'TerminateProcess@kernel32.dll stdcall';
function CloseHandle(Handle: THandle): Boolean; external 'CloseHandle@kernel32.dll stdcall';

{ Asks the service for its state, or to stop when Control is set; StateAbsent when there is none. }
function AskedService(const Name: String; Control: DWORD): DWORD;
var
  Manager, Handle: THandle;
  Status: TServiceStatus;
begin
  Result := StateAbsent;
  Manager := OpenSCManager(0, 0, ManagerConnect);
  if Manager = 0 then
    exit;
  if Control = 0 then
    Handle := OpenService(Manager, Name, QueryStatus)
  else
    Handle := OpenService(Manager, Name, QueryStatus or StopAccess);
  if Handle <> 0 then begin
    if Control <> 0 then
      ControlService(Handle, Control, Status);
    if QueryServiceStatus(Handle, Status) then
      Result := Status.State
    else
      Result := StateStopped;
    CloseServiceHandle(Handle);
  end;
  CloseServiceHandle(Manager);
end;

function ServiceState(const Name: String): DWORD;
begin
  Result := AskedService(Name, 0);
end;

function ServiceReaches(const Name: String; State: DWORD; Seconds: Integer): Boolean;
var
  I: Integer;
begin
  Result := True;
  for I := 1 to Seconds * 5 do begin
    if ServiceState(Name) = State then
      exit;
    Sleep(200);
  end;
  Result := False;
end;

{ The wrapper's process, to be closed by the caller; 0 when there is none. }
function ServiceProcess(const Name: String): THandle;
var
  Manager, Handle: THandle;
  Found: TServiceProcess;
  Needed: DWORD;
begin
  Result := 0;
  Manager := OpenSCManager(0, 0, ManagerConnect);
  Handle := OpenService(Manager, Name, QueryStatus);
  if Handle <> 0 then begin
    if QueryServiceStatusEx(Handle, ProcessInformation, Found, 36, Needed) and (Found.Id <> 0) then
      Result := OpenProcess(ProcessSynchronize or ProcessTerminate, False, Found.Id);
    CloseServiceHandle(Handle);
  end;
  CloseServiceHandle(Manager);
end;

{ The room gets 15 s for the turns that run, the rest is the wrapper's. A wrapper that reported its end and stays
  nevertheless would keep its own file from being replaced; the room has gone by then. }
function ServiceStopped(const Name: String): Boolean;
var
  Wrapper: THandle;
begin
  Result := True;
  if (ServiceState(Name) = StateAbsent) or (ServiceState(Name) = StateStopped) then
    exit;
  Wrapper := ServiceProcess(Name);
  AskedService(Name, ControlStop);
  Result := ServiceReaches(Name, StateStopped, 60);
  Log(Format('service %s stopped: %d', [Name, Ord(Result)]));
  if Wrapper = 0 then
    exit;
  if Result and (WaitForSingleObject(Wrapper, 5000) <> 0) then
    Log(Format('its process stayed, and was ended: %d', [Ord(TerminateProcess(Wrapper, 0))]));
  CloseHandle(Wrapper);
end;
