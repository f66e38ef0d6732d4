{ Accounts by their security identifiers, which are the same in every language of Windows. }

const
  SystemSid = 'S-1-5-18';
  AdministratorsSid = 'S-1-5-32-544';
  UsersSid = 'S-1-5-32-545';
  CurrentSession = $FFFFFFFF;
  SessionUserName = 5;
  SessionDomainName = 7;

function LookupAccountName(Machine: LongWord; Name: String; Sid: AnsiString; var SidSize: DWORD; Domain: String;
  var DomainSize: DWORD; var Kind: DWORD): Boolean; external 'LookupAccountNameW@advapi32.dll stdcall';
function ConvertSidToStringSid(Sid: AnsiString; var Text: LongWord): Boolean;
  external 'ConvertSidToStringSidW@advapi32.dll stdcall';
function ConvertStringSidToSid(Text: String; var Sid: LongWord): Boolean;
  external 'ConvertStringSidToSidW@advapi32.dll stdcall';
function QuerySession(Server: LongWord; Session: DWORD; What: Integer; var Text: LongWord; var Bytes: DWORD): Boolean;
  external 'WTSQuerySessionInformationW@wtsapi32.dll stdcall delayload';
function CopyText(Target: String; Source: LongWord): LongWord; external 'lstrcpyW@kernel32.dll stdcall';
function TextLength(Source: LongWord): Integer; external 'lstrlenW@kernel32.dll stdcall';
function LocalFree(Memory: LongWord): LongWord; external 'LocalFree@kernel32.dll stdcall';

function TextAt(Pointer: LongWord): String;
begin
  Result := StringOfChar(' ', TextLength(Pointer));
  if Result <> '' then
    CopyText(Result, Pointer);
end;

{ One of the five numbers of a digest in hexadecimal, which are little-endian. }
function DigestNumber(const Digest: String; Index: Integer): String;
var
  I: Integer;
  Swapped: String;
begin
  Swapped := '$';
  for I := 3 downto 0 do
    Swapped := Swapped + Copy(Digest, Index * 8 + I * 2 + 1, 2);
  Result := IntToStr(StrToInt64(Swapped));
end;

{ The account that Windows makes for a service of this name: S-1-5-80 and the SHA-1 of the name in capitals. }
function ServiceSid(const Name: String): String;
var
  I: Integer;
  Digest: String;
begin
  Digest := GetSHA1OfUnicodeString(Uppercase(Name));
  Result := 'S-1-5-80';
  for I := 0 to 4 do
    Result := Result + '-' + DigestNumber(Digest, I);
end;

{ Whether this is written as an identifier; a person's of Entra begins with S-1-12. }
function LooksLikeSid(const Text: String): Boolean;
begin
  Result := CompareText(Copy(Text, 1, 4), 'S-1-') = 0;
end;

{ In the one way in which icacls reads it; '' when it is none. }
function CheckedSid(const Text: String): String;
var
  Sid: LongWord;
begin
  Result := '';
  if ConvertStringSidToSid(Text, Sid) then begin
    Result := Uppercase(Text);
    LocalFree(Sid);
  end;
end;

{ The identifier of an account or group; '' when there is none of this name. An identifier needs no account. }
function AccountSid(const Name: String): String;
var
  Sid: AnsiString;
  Domain: String;
  SidSize, DomainSize, Kind: DWORD;
  Text: LongWord;
begin
  if (Name[1] = '*') and LooksLikeSid(Copy(Name, 2, Length(Name))) then
    Result := CheckedSid(Copy(Name, 2, Length(Name)))
  else if LooksLikeSid(Name) then
    Result := CheckedSid(Name)
  else
    Result := '';
  if (Result <> '') or LooksLikeSid(Name) then
    exit;
  SidSize := 256;
  DomainSize := 256;
  Sid := StringOfChar(#0, SidSize);
  Domain := StringOfChar(' ', DomainSize);
  if LookupAccountName(0, Name, Sid, SidSize, Domain, DomainSize, Kind) then
    if ConvertSidToStringSid(Sid, Text) then begin
      Result := TextAt(Text);
      LocalFree(Text);
    end;
end;

function SessionText(What: Integer): String;
var
  Text: LongWord;
  Bytes: DWORD;
begin
  Result := '';
  try
    if QuerySession(0, CurrentSession, What, Text, Bytes) then
      Result := TextAt(Text);
  except
    Log('this session does not say whose it is');
  end;
end;

{ Whose session this is: with an administrator's password Setup itself runs as somebody else. }
function SessionAccount(): String;
begin
  Result := SessionText(SessionUserName);
  if Result = '' then
    Result := ExpandConstant('{username}')
  else if SessionText(SessionDomainName) <> '' then
    Result := SessionText(SessionDomainName) + '\' + Result;
end;

{ The identifiers of accounts named with ; between them. Unknown gets the first name that nobody has. }
function SidsOf(const Names: String; var Unknown: String): TArrayOfString;
var
  Rest, Name, Sid: String;
  I: Integer;
begin
  Unknown := '';
  SetArrayLength(Result, 0);
  Rest := Names + ';';
  while Rest <> '' do begin
    I := Pos(';', Rest);
    Name := Trim(Copy(Rest, 1, I - 1));
    Delete(Rest, 1, I);
    if Name <> '' then begin
      Sid := AccountSid(Name);
      if Sid = '' then begin
        if Unknown = '' then
          Unknown := Name;
      end else begin
        SetArrayLength(Result, GetArrayLength(Result) + 1);
        Result[GetArrayLength(Result) - 1] := Sid;
        Log(Format('account %s is %s', [Name, Sid]));
      end;
    end;
  end;
end;
