[CustomMessages]
en.TaskPath=Add the commands chatbox and agent-chat to the PATH of this machine
en.IconPrompt=ChatBox command line
en.IconVerify=Check the ChatBox installation
en.ModeTitle=How ChatBox runs
en.ModeSubtitle=Should the room belong to this machine or to you?
en.ModeText=This can be changed later by running Setup again.
en.ModeService=For this machine: a Windows service under an account of its own (NT SERVICE\ChatBox). It runs without anybody being logged on. It hosts the room only: agents join it from your programs, none is started by it.
en.ModeLogon=For you: a task that starts when you log on, with your rights. It also starts and supervises the agents named in the workspace, because their command lines need your login.
en.WorkspaceTitle=Workspace
en.WorkspaceSubtitle=Which folder is the room for?
en.WorkspaceText=What is said is kept in a folder .agentchat of the workspace. Choose the folder of a project, or leave the suggestion for a room without one.
en.DetailsTitle=Port and readers
en.DetailsSubtitle=Where the room answers, and who may enter
en.DetailsText=Only programs on this machine reach the room. Whoever may read its tokens can take part and decide in it.
en.PortLabel=Port on 127.0.0.1:
en.ReadersLabel=Accounts and groups that may read the tokens, with ; between them (administrators always can):
en.ReadyMode=Runs as:
en.ReadyService=Windows service under NT SERVICE\ChatBox, without agents
en.ReadyLogon=Task at logon of %1, with agents
en.ReadyReaders=May read the tokens, besides administrators:
en.BadMode=/MODE=%1 is neither "service" nor "logon".
en.BadWorkspace="%1" is no absolute path of a folder on a local disk, such as C:\Projects\Room.
en.BadWorkspacePlace=%1 belongs to Windows or to programs: choose a folder for data.
en.BadWorkspaceAtLogon=%1 belongs to the machine: choose a folder of your own, because the room will run with your rights.
en.BadPort="%1" is no port: it must be a number from 1 to 65535.
en.BadReader=There is no account or group named "%1" on this machine. Write it as COMPUTER\name, DOMAIN\name or BUILTIN\Users.
en.PortTaken=Port %1 is taken by another program: choose another one (silently: /PORT=n), or end that program.
en.IsDowngrade=ChatBox %1 is installed, which is newer than %2. An older version cannot read what a newer one wrote: uninstall ChatBox first (what was said is kept), or use a newer Setup.
en.NotStopped=The ChatBox service did not stop. Look into C:\ProgramData\ChatBox\logs, stop it in Windows' list of services, then try again. Nothing was changed.
en.InUse=Files of ChatBox are in use by another program: close editors and terminals that use ChatBox, then try again. Nothing was changed.
en.NotRegistered=Windows did not register the ChatBox service.
en.NotConfigured=The room could not be set up with your rights. Setup's log says more.
en.NoAnswer=ChatBox is installed, but does not answer on port %1. The logs in %2 say why. Afterwards run Setup again.
en.StepFailed=A step of the set-up failed (exit code %2): %1
en.FolderIsLink=%1 is a link to another place, which ChatBox does not trust: remove it, then try again.
en.FolderNotMade=The folder %1 could not be made.
en.Kept=What was said is kept in %1 and %2. To remove it as well, delete these folders, or uninstall with the switch /PURGE.
