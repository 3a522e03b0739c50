"""The rules: no files, no SQL, no Telegram, no clock."""
