#!/bin/sh
# Builds the plug-in with nothing but a JDK. Usage: ./build.sh path/to/quaestor-spi.jar
set -e
services=build/classes/META-INF/services
javac --release 25 -nowarn -d build/classes -cp "$1" src/main/java/com/example/avoiding/*.java
mkdir -p "$services"
echo com.example.avoiding.AvoidingReading > "$services/io.quaestor.spi.reading.ReadDistribution"
jar --create --file build/avoiding.jar -C build/classes .
