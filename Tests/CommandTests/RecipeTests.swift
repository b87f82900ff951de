import Foundation
import Testing

/// What docs/OUTPUT.md says of loading records elsewhere, with those programs that are there.
@Suite("Recipes") struct RecipeTests {
  static let journals = CommandLineTool.samples + "journals"

  private func has(_ check: String) throws -> Bool {
    try CommandLineTool.shell(check + " >/dev/null 2>&1").status == 0
  }

  private func export(_ folder: TemporaryFolder) throws -> String {
    let path = folder.path("records.ndjson.gz")
    let made = try CommandLineTool.run(
      "export", "--fields", "fileGUID,address,timeStamp,typeName,global,subscripts,newTyped",
      Self.journals, "--output", path)
    #expect(made.status == 0)
    return path
  }

  @Test("Python's own json reads every line")
  func python() throws {
    guard try has("python3 -c 'import json'") else { return print("no python3: not run") }
    let folder = try TemporaryFolder()
    let read = try CommandLineTool.shell(
      """
      python3 -c "import gzip,json,sys
      rows=[json.loads(l) for l in gzip.open(sys.argv[1])]
      print(len(rows), sum(r['global']=='LR.ResultD' for r in rows))" "$1"
      """, try export(folder))
    #expect(read.output == "6616 1040\n", "\(read.errors)")
  }

  @Test("SQLite imports CSV")
  func sqlite() throws {
    guard try has("command -v sqlite3") else { return print("no sqlite3: not run") }
    let folder = try TemporaryFolder()
    let read = try CommandLineTool.shell(
      "cd \"$2\" && \"$0\" export --format csv \"$1\" --output r.csv && sqlite3 x.db -cmd '.mode csv' '.import r.csv records' && sqlite3 x.db 'SELECT count(*) FROM records'",
      Self.journals, folder.url.path(percentEncoded: false))
    #expect(read.output == "6616\n", "\(read.errors)")
  }

  @Test("pandas and DuckDB read NDJSON, where they are installed")
  func frames() throws {
    let folder = try TemporaryFolder()
    let path = try export(folder)
    if try has("python3 -c 'import pandas'") {
      let read = try CommandLineTool.shell(
        "python3 -c \"import pandas,sys; f=pandas.read_json(sys.argv[1],lines=True,dtype=False); print(len(f),(f['global']=='LR.ResultD').sum())\" \"$1\"",
        path)
      #expect(read.output == "6616 1040\n", "\(read.errors)")
    } else {
      print("no pandas: not run")
    }
    if try has("python3 -c 'import duckdb'") {
      let read = try CommandLineTool.shell(
        "python3 -c \"import duckdb,sys; print(*duckdb.sql(f\\\"SELECT count(*),count(*) FILTER (global='LR.ResultD') FROM read_json_auto('{sys.argv[1]}',format='newline_delimited')\\\").fetchone())\" \"$1\"",
        path)
      #expect(read.output == "6616 1040\n", "\(read.errors)")
    } else {
      print("no duckdb: not run")
    }
  }
}
