#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# An installed Tarsier is found by the desktop: a project's type is known, double-clicking it
# starts the program, both manual pages and the German texts are there.
#   check-install.sh BUILD-ROOT
set -eu
build=$1
id=io.github.tarsier_audio.Tarsier
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
DESTDIR=$root meson install -C "$build" --no-rebuild --quiet >"$root/log" 2>&1 || { cat "$root/log"; exit 1; }
data=$(find "$root" -type d -name share | head -n 1)
prefix=$(dirname "$data")
for file in bin/tarsier bin/tarsier-cli share/man/man1/tarsier.1 share/man/man1/tarsier-cli.1 \
  share/applications/$id.desktop share/metainfo/$id.metainfo.xml share/mime/packages/$id.xml \
  share/icons/hicolor/scalable/apps/$id.svg share/glib-2.0/schemas/$id.gschema.xml \
  share/locale/de/LC_MESSAGES/tarsier.mo; do
  [ -e "$prefix/$file" ] || { echo "$file is not installed"; exit 1; }
done

# With a destination folder the caches of the desktop are not made; a package would do it.
update-mime-database "$data/mime" 2>/dev/null
update-desktop-database "$data/applications"
export XDG_DATA_DIRS="$data:/usr/local/share:/usr/share" PATH="$prefix/bin:$PATH" LC_ALL=C HOME="$root"
export XDG_DATA_HOME="$root/home" XDG_CONFIG_HOME="$root/home"
"$prefix/bin/tarsier-cli" --version
sound=$root/beep.wav project=$root/some.tarsier
sox -q -n -r 8000 -b 16 "$sound" synth 0.3 sine 440 gain -6
"$prefix/bin/tarsier-cli" analyze "$sound" -o "$project" --quiet >"$root/log"
gio info -a standard::content-type "$project" | grep -q application/vnd.tarsier.project ||
  { echo "the type of a project is not recognised"; exit 1; }
# The content alone tells, too.
mv "$project" "$root/nameless"
gio info -a standard::content-type "$root/nameless" | grep -q application/vnd.tarsier.project ||
  { echo "a project without its suffix is not recognised"; exit 1; }
gio mime application/vnd.tarsier.project | grep -q "$id.desktop" ||
  { echo "no program is registered for projects"; exit 1; }
echo "installed programs, type, icon, manual pages and translation are found"
