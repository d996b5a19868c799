# SPDX-License-Identifier: Apache-2.0
"""A Maven project with one dependency, which comes from a repository in files."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

GROUP, ARTIFACT = "pro.fightclub", "ringside-sdk"
#: Where Maven keeps what it took from repositories; ours would be stale there at the next build.
KEPT = Path.home() / ".m2/repository" / GROUP.replace(".", "/") / ARTIFACT
#: `maven.compiler.release` is unknown to the compiler plugin that Maven 3.8 takes when none is named.
POM = """<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>com.example</groupId>
  <artifactId>app</artifactId>
  <version>1</version>
  <properties>
    <maven.compiler.source>17</maven.compiler.source>
    <maven.compiler.target>17</maven.compiler.target>
  </properties>
  <repositories><repository><id>files</id><url>file://{repository}</url></repository></repositories>
  <dependencies>
    <dependency><groupId>{group}</groupId><artifactId>{artifact}</artifactId><version>{version}</version></dependency>
  </dependencies>
</project>
"""


def program(folder: Path, jar: Path, pom: Path, main: Path, run: Callable[..., str]) -> str:
    """What a program prints that was compiled and run with what Maven resolves for it."""
    repository, version = folder / "repository", jar.stem.removeprefix(f"{ARTIFACT}-")
    place = repository / GROUP.replace(".", "/") / ARTIFACT / version
    place.mkdir(parents=True)
    shutil.copy(jar, place / jar.name)
    shutil.copy(pom, place / f"{ARTIFACT}-{version}.pom")
    app = folder / "app"
    (app / "src/main/java").mkdir(parents=True)
    shutil.copy(main, app / "src/main/java/Main.java")
    (app / "pom.xml").write_text(POM.format(repository=repository, group=GROUP, artifact=ARTIFACT, version=version))
    shutil.rmtree(KEPT, ignore_errors=True)
    try:
        run(app, "mvn", "-B", "-q", "compile", "dependency:build-classpath", "-Dmdep.outputFile=classpath.txt")
        classpath = (app / "classpath.txt").read_text().strip()
        return run(app, "java", "-cp", f"target/classes:{classpath}", "Main")
    finally:
        shutil.rmtree(KEPT, ignore_errors=True)
