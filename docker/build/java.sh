#!/bin/bash
# java.sh OUT: leaves the Java of the distribution's JDK in OUT, with the same modules as its JRE, but compressed: half as large.
# It has to run from there, as the archive of its classes is valid for that path alone.
# https://docs.oracle.com/en/java/javase/21/docs/specs/man/jlink.html
set -euo pipefail
out=$1
# Left out as in the distribution's package: what needs a screen, and what compiles for former versions of Java. Without line
# numbers in its own classes Java is a tenth smaller; those of Neo4j and of plugins keep theirs.
jlink --add-modules ALL-MODULE-PATH --compress=zip-9 --strip-java-debug-attributes --no-header-files --no-man-pages \
  --exclude-files='**/libawt_xawt.so,**/libjawt.so,**/libsplashscreen.so,**/ct.sym' --output "$out"

# Two libraries that Java loads from its own folder too: their packages have other names in Ubuntu. Licences come along.
cp --dereference /usr/share/doc/openjdk-21-jre-headless/copyright "$out/legal/copyright"
for library in $(ldd "$out"/lib/lib{javajpeg,lcms}.so | awk '$1 ~ /^lib(jpeg|lcms2)\./ { print $3 }'); do
  cp --dereference "$library" "$out/lib/"
  package=$(dpkg-query --search "$(readlink -f "$library")" | cut -d: -f1)
  cp --dereference "/usr/share/doc/$package/copyright" "$out/legal/$package"
done

# The authorities that the distribution trusts, where jlink puts those that Java's makers do. Only public ones are in this stage.
cp --dereference /etc/ssl/certs/java/cacerts "$out/lib/security/cacerts"

# Without it each start of Java takes longer, and Neo4j's classes (neo4j-classes.sh) have nothing to build on. Heap and collector
# are what the distribution's archive is made with, whatever this machine has.
"$out/bin/java" -XX:+UseG1GC -Xmx128m -Xshare:dump
chown -R root:root "$out"
chmod -R go-w "$out"
