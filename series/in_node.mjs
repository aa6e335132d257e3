// Runs a Python script in the Pyodide of a packed folder, which the script sees as /python:
// node in_node.mjs FOLDER SCRIPT
import { readFileSync } from "node:fs"
import { pathToFileURL } from "node:url"

const [folder, script] = process.argv.slice(2)
const { loadPyodide } = await import(pathToFileURL(`${folder}/pyodide/pyodide.mjs`))
// The seed, so that the same script makes the same bytes.
const python = await loadPyodide({ env: { HOME: "/home/pyodide", PYTHONHASHSEED: "0" } })
python.mountNodeFS("/python", folder)
try {
  python.runPython(readFileSync(script, "utf8"))
} catch (error) {
  console.error(error.message)
  process.exit(1)
}
