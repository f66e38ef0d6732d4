{ Whether a port of this machine is free. }

const
  InternetFamily = 2;
  StreamKind = 1;
  TcpProtocol = 6;
  SocketLevel = $FFFF;
  ExclusiveUse = -5;
  ForbiddenError = 10013;
  Loopback = $0100007F;

type
  TSocketAddress = record
    Family, Port: Word;
    Host, Zeros, MoreZeros: LongWord;
  end;

function StartSockets(Version: Word; Data: AnsiString): Integer; external 'WSAStartup@ws2_32.dll stdcall';
function OpenSocket(Family, Kind, Protocol: Integer): LongWord; external 'socket@ws2_32.dll stdcall';
function BindSocket(Socket: LongWord; var Address: TSocketAddress; Size: Integer): Integer; external 'bind@ws2_32.dll stdcall';
function ConnectSocket(Socket: LongWord; var Address: TSocketAddress; Size: Integer): Integer;
  external 'connect@ws2_32.dll stdcall';
function SetSocketOption(Socket: LongWord; Level, Option: Integer; var Value: Integer; Size: Integer): Integer;
  external 'setsockopt@ws2_32.dll stdcall';
function CloseSocket(Socket: LongWord): Integer; external 'closesocket@ws2_32.dll stdcall';
function SocketError(): Integer; external 'WSAGetLastError@ws2_32.dll stdcall';

function ValidPort(const Text: String): Boolean;
begin
  Result := (StrToIntDef(Text, 0) > 0) and (StrToIntDef(Text, 0) < 65536);
end;

{ Bound for a moment. When that fails, only a listener or Windows' own refusal counts: a connection that has just ended
  may hold the port for a while, and stops nobody. }
function PortFree(Port: Integer): Boolean;
var
  Address: TSocketAddress;
  Socket: LongWord;
  Error, Yes: Integer;
begin
  Result := True;
  if StartSockets($202, StringOfChar(#0, 512)) <> 0 then
    exit;
  Address.Family := InternetFamily;
  { In the order of the network. }
  Address.Port := (Port mod 256) * 256 + Port div 256;
  Address.Host := Loopback;
  Yes := 1;
  Socket := OpenSocket(InternetFamily, StreamKind, TcpProtocol);
  SetSocketOption(Socket, SocketLevel, ExclusiveUse, Yes, 4);
  if BindSocket(Socket, Address, 16) <> 0 then begin
    Error := SocketError();
    CloseSocket(Socket);
    Socket := OpenSocket(InternetFamily, StreamKind, TcpProtocol);
    Result := (Error <> ForbiddenError) and (ConnectSocket(Socket, Address, 16) <> 0);
    Log(Format('port %d cannot be bound (error %d), free: %d', [Port, Error, Ord(Result)]));
  end;
  CloseSocket(Socket);
end;
