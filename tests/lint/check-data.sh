#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Desktop file, metainfo, MIME type, settings schema, .ui files and man pages are valid.
#   check-data.sh SOURCE-ROOT BUILD-ROOT
set -eu
source=$1 build=$2
id=io.github.tarsier_audio.Tarsier
desktop-file-validate "$build/resources/$id.desktop"
appstreamcli validate --no-net --no-color "$build/resources/$id.metainfo.xml"
find "$source/views" "$source/app" "$source/resources" \
  \( -name '*.ui' -o -name '*.xml' -o -name '*.svg' \) -exec xmllint --noout {} +
glib-compile-schemas --strict --dry-run "$source/resources"
for page in "$source"/docs/*.1; do
  [ -z "$(LC_ALL=C.UTF-8 MANROFFSEQ= man --warnings -l "$page" 2>&1 >/dev/null)" ] ||
    { echo "$page: man warns"; exit 1; }
done
echo "desktop file, metainfo, XML, schema and man pages are valid"
