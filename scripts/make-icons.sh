#!/bin/sh
# Makes every size of the app's icon from src-tauri/icons/icon.svg. Run it after changing the drawing.
set -eu
cd "$(dirname "$0")/.."
npx tauri icon src-tauri/icons/icon.svg --output src-tauri/icons
