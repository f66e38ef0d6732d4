[CustomMessages]
de.TaskPath=Die Befehle chatbox und agent-chat in den PATH dieses Rechners aufnehmen
de.IconPrompt=ChatBox-Befehlszeile
de.IconVerify=ChatBox-Installation prüfen
de.ModeTitle=Wie ChatBox läuft
de.ModeSubtitle=Soll der Raum diesem Rechner oder Ihnen gehören?
de.ModeText=Das lässt sich später ändern, indem Sie Setup noch einmal ausführen.
de.ModeService=Für diesen Rechner: ein Windows-Dienst unter einem eigenen Konto (NT SERVICE\ChatBox). Er läuft, ohne dass jemand angemeldet ist. Er beherbergt nur den Raum: Agenten kommen aus Ihren Programmen hinzu, er startet keine.
de.ModeLogon=Für Sie: eine Aufgabe, die bei Ihrer Anmeldung startet, mit Ihren Rechten. Sie startet und beaufsichtigt auch die Agenten des Arbeitsbereichs, denn deren Befehlszeilen brauchen Ihre Anmeldung.
de.WorkspaceTitle=Arbeitsbereich
de.WorkspaceSubtitle=Für welchen Ordner ist der Raum?
de.WorkspaceText=Was gesagt wird, liegt in einem Ordner .agentchat des Arbeitsbereichs. Wählen Sie den Ordner eines Projekts, oder lassen Sie den Vorschlag stehen für einen Raum ohne Projekt.
de.DetailsTitle=Port und Leserechte
de.DetailsSubtitle=Wo der Raum antwortet, und wer eintreten darf
de.DetailsText=Nur Programme auf diesem Rechner erreichen den Raum. Wer seine Token lesen darf, kann darin mitreden und entscheiden.
de.PortLabel=Port auf 127.0.0.1:
de.ReadersLabel=Konten und Gruppen, die die Token lesen dürfen, durch ; getrennt (Administratoren können es immer):
de.ReadyMode=Läuft als:
de.ReadyService=Windows-Dienst unter NT SERVICE\ChatBox, ohne Agenten
de.ReadyLogon=Aufgabe bei der Anmeldung von %1, mit Agenten
de.ReadyReaders=Dürfen die Token lesen, außer Administratoren:
de.BadMode=/MODE=%1 ist weder „service“ noch „logon“.
de.BadWorkspace=„%1“ ist kein vollständiger Pfad eines Ordners auf einem lokalen Laufwerk, wie C:\Projekte\Raum.
de.BadWorkspacePlace=%1 gehört zu Windows oder zu Programmen: Wählen Sie einen Ordner für Daten.
de.BadWorkspaceAtLogon=%1 gehört dem Rechner: Wählen Sie einen eigenen Ordner, denn der Raum läuft mit Ihren Rechten.
de.BadPort=„%1“ ist kein Port: Es muss eine Zahl von 1 bis 65535 sein.
de.BadReader=Auf diesem Rechner gibt es kein Konto und keine Gruppe namens „%1“. Schreiben Sie RECHNER\Name, DOMÄNE\Name oder VORDEFINIERT\Benutzer.
de.PortTaken=Port %1 ist von einem anderen Programm belegt: Wählen Sie einen anderen (ohne Oberfläche: /PORT=n), oder beenden Sie jenes Programm.
de.IsDowngrade=ChatBox %1 ist installiert, und das ist neuer als %2. Eine ältere Version kann nicht lesen, was eine neuere geschrieben hat: Deinstallieren Sie ChatBox zuerst (was gesagt wurde, bleibt erhalten), oder nehmen Sie ein neueres Setup.
de.NotStopped=Der Dienst ChatBox hat nicht angehalten. Sehen Sie in C:\ProgramData\ChatBox\logs nach, halten Sie ihn in der Liste der Dienste an und versuchen Sie es noch einmal. Es wurde nichts geändert.
de.InUse=Ein anderes Programm verwendet Dateien von ChatBox: Schließen Sie Editoren und Terminals, die ChatBox verwenden, und versuchen Sie es noch einmal. Es wurde nichts geändert.
de.NotRegistered=Windows hat den Dienst ChatBox nicht eingetragen.
de.NotConfigured=Der Raum konnte nicht mit Ihren Rechten eingerichtet werden. Mehr steht im Protokoll von Setup.
de.NoAnswer=ChatBox ist installiert, antwortet aber nicht auf Port %1. Warum, steht in den Protokollen in %2. Führen Sie Setup danach noch einmal aus.
de.StepFailed=Ein Schritt der Einrichtung ist fehlgeschlagen (Rückgabewert %2): %1
de.FolderIsLink=%1 ist ein Verweis auf einen anderen Ort, dem ChatBox nicht traut: Entfernen Sie ihn und versuchen Sie es noch einmal.
de.FolderNotMade=Der Ordner %1 konnte nicht angelegt werden.
de.Kept=Was gesagt wurde, bleibt in %1 und %2 erhalten. Um auch das zu entfernen, löschen Sie diese Ordner, oder deinstallieren Sie mit dem Schalter /PURGE.
