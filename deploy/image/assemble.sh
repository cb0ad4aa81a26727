#!/usr/bin/env bash
# Lays out the folders of the image from a built checkout: deploy/image/assemble.sh FOLDER
#   FOLDER/libraries     jars of others, their native libraries, their licences; changes with a dependency only
#   FOLDER/models        bundles, recipes and mappings
#   FOLDER/application   the jars of Sidereus, its kernel, the launcher, the health check, licence and notice
# The times of all files are equal, so that a layer changes only when its content does.
set -euo pipefail
cd "$(dirname "$0")/../.."
to=$1
libraries=$to/libraries
application=$to/application
natives=$libraries/natives
mkdir -p "$libraries/lib" "$libraries/licenses" "$natives" "$to/models" "$application/bin" "$application/lib"

IFS=: read -r -a jars <explorer/target/classpath.txt || true # the file ends without a line break
for jar in "${jars[@]}"; do
  case $jar in
    "$PWD"/*/target/classes) ;;
    "$PWD"/*/target/*) cp "$jar" "$application/lib/" ;;
    *) cp "$jar" "$libraries/lib/" ;;
  esac
done
find explorer/target -maxdepth 1 -name 'sidereus-*.jar' ! -name '*-sources.jar' ! -name '*-javadoc.jar' \
  -exec cp {} "$application/lib/" \;

# The native libraries of this platform. From their jars they would be unpacked into the temporary
# folder at each start, which must then allow execution, and would be left there by a SIGKILL.
case $(uname -m) in
  x86_64) onnx=linux-x64 rocks=linux64 java=amd64 machine=x86_64 ;;
  aarch64) onnx=linux-aarch64 rocks=linux-aarch64 java=aarch64 machine=aarch64 ;;
  *) echo "assemble.sh: no native libraries of ONNX Runtime for $(uname -m)" >&2 && exit 1 ;;
esac
unpacked=$(mktemp -d)
trap 'rm -rf "$unpacked"' EXIT
unpack() { # jar, entry, name of the library
  (cd "$unpacked" && jar xf "$1" "$2")
  cp "$unpacked/$2" "$natives/$3"
}
lib=$(cd "$libraries/lib" && pwd)
for name in libonnxruntime.so libonnxruntime4j_jni.so; do
  unpack "$lib"/onnxruntime-*.jar "ai/onnxruntime/native/$onnx/$name" $name
done
unpack "$lib"/rocksdbjni-*.jar "librocksdbjni-$rocks.so" librocksdbjni.so
zstd=$(cd "$lib" && ls zstd-jni-*.jar)
unpack "$lib/$zstd" "linux/$java/lib${zstd%.jar}.so" libzstd-jni.so
unpack "$lib"/lz4-java-*.jar "net/jpountz/util/linux/$java/liblz4-java.so" liblz4-java.so
unpack "$lib"/snappy-java-*.jar "org/xerial/snappy/native/Linux/$machine/libsnappyjava.so" libsnappyjava.so
unpack "$lib"/sqlite-jdbc-*.jar "org/sqlite/native/Linux/$machine/libsqlitejdbc.so" libsqlitejdbc.so

# The kernel of the engine, where the build had a C++ compiler. It changes with the application.
kernel=org/sidereus/engine/kernel/libsidereus-tiles.so
for jar in "$(cd "$application/lib" && pwd)"/sidereus-engine-*.jar; do
  if jar tf "$jar" | grep -qx "$kernel"; then
    (cd "$unpacked" && jar xf "$jar" "$kernel")
    mkdir -p "$application/natives"
    cp "$unpacked/$kernel" "$application/natives/"
  fi
done

# What the jars of others say of their licences.
for jar in "$lib"/*.jar; do
  entries=$(jar tf "$jar" | grep -iE '^(META-INF/)?(LICEN[CS]E|NOTICE|COPYRIGHT|ThirdPartyNotices)[^/]*$' || true)
  [ -n "$entries" ] || continue
  folder=$libraries/licenses/$(basename "$jar" .jar)
  mkdir -p "$folder"
  while read -r entry; do
    (cd "$unpacked" && jar xf "$jar" "$entry")
    cp "$unpacked/$entry" "$folder/"
  done <<<"$entries"
done

cp -r bundles recipes surveys "$to/models/"
cp sidereus deploy/image/healthy.sh "$application/bin/"
cp deploy/image/java.options "$application/lib/"
for jar in "$(cd "$application/lib" && pwd)"/*.jar; do
  (cd "$unpacked" && rm -rf META-INF && jar xf "$jar" META-INF/sidereus/commands.tsv)
  cat "$unpacked/META-INF/sidereus/commands.tsv" 2>/dev/null || true
done >"$application/lib/commands.tsv"
cp LICENSE NOTICE "$application/"

chmod -R u=rwX,go=rX "$to"
find "$to" -exec touch --no-dereference --date=2026-01-01T00:00:00Z {} +
