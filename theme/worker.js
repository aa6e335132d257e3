// Python for one reader: loads it, then does what the page says, one numbered message after another.
const base = new URL("python/", import.meta.url)
const MODULES = ["pyodide/pyodide.mjs", "pyodide/pyodide.asm.mjs"]
const FILES = [...MODULES, "pyodide/pyodide.asm.wasm", "pyodide/python_stdlib.zip", "packages.zip", "bridge.py", "recorder.py"]
const PACKAGES = "/lib/python3.14/site-packages"
let made, python, tested

const MAIN = `
from js import Object
from pathlib import Path
from pyodide.ffi import to_js
from bridge import Bridge, lay_out
def call(name, given):
    given = [bytes(each) if isinstance(each, memoryview) else each for each in given.to_py()]
    return to_js(getattr(bridge, name)(*given), dict_converter=Object.fromEntries)
def begin(name, files):
    global bridge
    folder = Path("/home/pyodide", name)
    lay_out(files.to_py(), folder)
    bridge = Bridge(str(folder))
call, begin
`

const found = async name => {
  const answer = await fetch(new URL(name, base)).catch(error => { throw new Error(`${name} could not be loaded: ${error.message}`) })
  if (!answer.ok) throw new Error(`${name} could not be loaded: the answer was ${answer.status}`)
  return answer
}

// All files come at once, and are counted while they come: Pyodide by itself would say nothing for seconds.
const fetchAll = async fail => {
  const [sizes, ...answers] = await Promise.all([found("size.json").then(answer => answer.json()), ...FILES.map(found)])
  const total = FILES.reduce((sum, name) => sum + (sizes.files[name]?.[1] || 0), 0)
  let loaded = 0
  const count = async reader => {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      loaded += part.value.length
      postMessage({ loaded, total })
    }
  }
  for (const answer of answers) count(answer.clone().body.getReader()).catch(fail)
  return Object.fromEntries(FILES.map((name, place) => [name, answers[place]]))
}

// Not by its address, because hosts that do not know .mjs send it as something that is no script.
const imported = async answer => import(URL.createObjectURL(new Blob([await answer.text()], { type: "text/javascript" })))

const load = async fail => {
  const files = await fetchAll(fail)
  const [{ loadPyodide }, { default: createPyodideModule }] = await Promise.all(MODULES.map(name => imported(files[name])))
  const usual = self.fetch, warn = console.warn
  self.fetch = (url, more) => files[String(url).slice(base.href.length)] ?? usual(url, more)
  // Pyodide tells the console of a fault in its start, such as a want of memory, and then waits for ever.
  console.warn = (...words) => words.filter(word => word instanceof Error).forEach(fail)
  made = await loadPyodide({ indexURL: new URL("pyodide/", base).href, createPyodideModule })
  self.fetch = usual
  console.warn = warn
  made.unpackArchive(await files["packages.zip"].arrayBuffer(), "zip", { extractDir: PACKAGES })
  for (const name of ["bridge.py", "recorder.py"]) made.FS.writeFile(`${PACKAGES}/${name}`, await files[name].text())
}

const open = async (name, files, fail) => {
  await load(fail)
  const [call, begin] = made.runPython(MAIN)
  python = call
  return begin(name, files)
}

const perform = async (name, given) => {
  if (name === "open") return new Promise((done, fail) => open(...given, fail).then(done, fail))
  if (name === "check" && !tested) made.unpackArchive(await (await found("testing.zip")).arrayBuffer(), "zip", { extractDir: PACKAGES })
  tested ||= name === "check"
  return python(name, given)
}

self.onmessage = async ({ data: { number, name, given } }) => {
  try {
    postMessage({ number, value: await perform(name, given) })
  } catch (error) {
    // A want of memory, or a recursion in C: nothing answers any more after that.
    const dead = error instanceof RangeError || error instanceof WebAssembly.RuntimeError || /fatal/.test(error.message)
    postMessage({ number, dead, error: error.message || String(error) })
  }
}
