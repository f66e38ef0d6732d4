@"%~dp0..\runtime\python.exe" -X utf8 -m chatbox %*
