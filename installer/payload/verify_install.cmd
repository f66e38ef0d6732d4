@"%~dp0..\runtime\python.exe" -X utf8 "%~dp0..\app\verify_install.py" %*
