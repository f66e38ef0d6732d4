"""The built web page: `npm run build` puts it here."""
