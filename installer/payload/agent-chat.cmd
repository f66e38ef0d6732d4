@"%~dp0..\runtime\python.exe" -X utf8 -c "from chatbox.cli.agent_chat.main import main; main()" %*
