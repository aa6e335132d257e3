// Python for one reader: loads it, then does what the page says, one numbered message after another.
const base = new URL("python/", import.meta.url)
const needed = ["pyodide/pyodide.asm.wasm", "pyodide/python_stdlib.zip", "packages.zip", "bridge.py", "recorder.py"]
const printed = []
let python

const MAIN = `
import sys
from js import Object
from pyodide.ffi import to_js
sys.path.insert(0, "/playground")
from bridge import Bridge
bridge = Bridge("/step")
def call(name, given):
    given = [each.tobytes() if isinstance(each, memoryview) else each for each in given.to_py()]
    return to_js(getattr(bridge, name)(*given), dict_converter=Object.fromEntries)
call
`

// The files come all at once, counted while they come: Pyodide by itself would say nothing for seconds.
const fetchAll = async (fail) => {
  const { bytes: total } = await (await found("size.json")).json()
  let loaded = 0
  const count = async reader => {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      loaded += part.value.length
      postMessage({ loaded, total })
    }
  }
  const answers = await Promise.all(needed.map(found))
  for (const answer of answers) count(answer.clone().body.getReader()).catch(fail)
  return new Map(needed.map((name, place) => [new URL(name, base).href, answers[place]]))
}

const found = async name => {
  const answer = await fetch(new URL(name, base)).catch(error => { throw new Error(`${name} could not be loaded: ${error.message}`) })
  if (!answer.ok) throw new Error(`${name} could not be loaded: the answer was ${answer.status}`)
  return answer
}

const pyodide = async fail => {
  const [{ loadPyodide }, { default: createPyodideModule }, files] = await Promise.all([
    import(new URL("pyodide/pyodide.js", base)), import(new URL("pyodide/pyodide.asm.js", base)), fetchAll(fail),
  ])
  const usual = self.fetch, warn = console.warn
  self.fetch = (url, more) => files.get(String(url)) ?? usual(url, more)
  // Pyodide tells the console of a fault in its start, such as a want of memory, and then waits for ever.
  console.warn = (...words) => words.filter(word => word instanceof Error).forEach(fail)
  const made = await loadPyodide({
    indexURL: new URL("pyodide/", base).href, createPyodideModule,
    stdout: line => printed.push(line), stderr: line => printed.push(line),
  })
  self.fetch = usual
  console.warn = warn
  return { made, files }
}

const open = async ({ files, binary = {} }, fail) => {
  const { made, files: fetched } = await pyodide(fail)
  const put = (path, content) => {
    made.FS.mkdirTree(path.slice(0, path.lastIndexOf("/")))
    made.FS.writeFile(path, content)
  }
  const content = name => fetched.get(new URL(name, base).href)
  made.unpackArchive(await content("packages.zip").arrayBuffer(), "zip", { extractDir: made.runPython("import site; site.getsitepackages()[0]") })
  for (const name of ["bridge.py", "recorder.py"]) put(`/playground/${name}`, await content(name).text())
  for (const [path, text] of Object.entries(files)) put(`/step/${path}`, text)
  for (const [path, text] of Object.entries(binary)) put(`/step/${path}`, Uint8Array.from(atob(text), sign => sign.charCodeAt(0)))
  const call = made.runPython(MAIN)
  python = (name, given) => call(name, given)
}

self.onmessage = async ({ data: { number, name, given } }) => {
  try {
    const value = name === "open" ? await new Promise((resolve, fail) => open(...given, fail).then(resolve, fail)) : python(name, given)
    postMessage({ number, value, printed: printed.splice(0).join("\n") })
  } catch (error) {
    postMessage({ number, error: error.message || String(error) })
  }
}
