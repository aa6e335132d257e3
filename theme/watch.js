// The viewer of a recorded request: who called whom, where each of them stands, and what changed.
{
  const ours = fn => fn.file.endsWith(".py")
  // What the ordinary pace stops at, as in the still picture: no package, no small helper that was there before.
  const plain = fn => ours(fn) && (fn.mark === "new" || !/^(_|lambda)/.test(fn.name.split(".").pop()))

  // The functions that run at an event, the outermost first; `changed` are their names that changed after the event `from`.
  const frames = (events, from, at) => {
    const stack = []
    events.slice(0, at + 1).forEach(([kind, fn, depth, line, changes], number) => {
      stack.length = Math.min(stack.length, depth + 1)
      if (/call|resume/.test(kind) || stack[depth]?.fn !== fn) stack[depth] = { fn, values: new Map(), changed: new Set() }
      const frame = stack[depth]
      if (number <= from + 1) frame.changed.clear()
      frame.line = line
      for (const [name, text] of changes) {
        frame.values.set(name, text)
        if (kind !== "call") frame.changed.add(name)
      }
    })
    return stack.filter(Boolean)
  }

  // The events that a pace stops at: calls, exceptions where they arise and where they are caught, and the end; or all.
  const stops = ({ functions, events }, lines) => [...events.keys()].filter(at => {
    const [kind, fn] = events[at], before = events[at - 1], after = events[at + 1]
    if (lines || !after) return true
    if (kind === "raise") return after[0] !== "leave" || before[0] !== "leave" || !ours(functions[before[1]])
    if (!/call|resume/.test(kind) || !plain(functions[fn])) return false
    const caller = events.findLast((event, number) => number < at && event[2] === events[at][2] - 1)
    return functions[fn].mark === "new" || !caller || !functions[caller[1]].name.endsWith("lambda") // what only a proxy asks for
  })

  const told = ({ functions, events, cut, status }, at, caller) => {
    const [kind, fn, , line, , text] = events[at], { name, file } = functions[fn]
    const passes = events[at + 1]?.[0] === "leave"
    const say = {
      call: `${name} in ${file}, called by ${caller}`,
      resume: `${name} in ${file} goes on, asked by ${caller}`,
      line: `${name}, line ${line}`,
      return: `${name} returns ${text}`,
      yield: `${name} yields ${text}`,
      raise: events[at - 1]?.[0] === "leave" && ours(functions[events[at - 1][1]])
        ? `${text} reaches ${name}${passes ? " and passes through" : ", where it is caught"}`
        : `${name} raises ${text}`,
      leave: `The exception ends ${name}`,
    }[kind]
    if (events[at + 1]) return `${say}.`
    return cut ? `${say}. The recording is cut here; the request went on.` : `${say}.${status ? ` The answer is ${status}.` : ""}`
  }

  window.watchRequest = (place, recording) => {
    const { functions, events } = recording
    let list, stop, shown
    const button = (text, move) => {
      const made = make("button", text, { type: "button", className: "opens" })
      made.addEventListener("click", () => { if (stop + move in list) go(stop + move) })
      return made
    }
    const back = button("Back", -1), next = button("Next", 1)
    const slider = make("input", "", { type: "range", min: 0 }), pace = make("input", "", { type: "checkbox" })
    const label = make("label"), count = make("span", "", { className: "count" })
    const station = make("p", "", { className: "station" }), came = make("ul", "", { className: "came" })
    const stack = make("ol", "", { className: "stack" }), where = make("p", "", { className: "where" })
    const code = make("div", "", { className: "code numbered", tabIndex: 0 }), values = make("table")
    const bar = make("div", "", { className: "pace" }), live = make("div"), right = make("div", "", { className: "frame" })
    const box = make("div", "", { className: "values", tabIndex: 0 })

    slider.setAttribute("aria-label", "Place on the way")
    live.setAttribute("aria-live", "polite")
    stack.setAttribute("aria-label", "Who called whom")
    code.setAttribute("role", "region")
    box.setAttribute("role", "region")
    box.setAttribute("aria-label", "Values")
    label.append(pace, "line by line")
    bar.append(back, next, slider, count, label)
    live.append(station, came)
    box.append(values)
    right.append(where, code, box)

    // One of the functions that run: its text with its line, and its values.
    const show = (all, number) => {
      const { fn, line, values: known, changed } = all[number], { name, file, line: first, lines, source, mark } = functions[fn]
      const rows = (lines || source.replace(/\n$/, "").split("\n")).map((text, at) => {
        const row = make("span", "", { className: "row" })
        if (lines) row.innerHTML = text // coloured when the site was built
        else row.textContent = text
        if (at + first === line) { row.classList.add("now"); row.setAttribute("aria-current", "true") }
        row.append("\n")
        return row
      })
      const pre = make("pre"), text = make("code")
      text.append(...rows)
      pre.append(text)
      code.replaceChildren(ours(functions[fn]) ? pre : make("p", file === "server" ? "The server's own code." : `The code of ${file}, which is not shown.`))
      code.setAttribute("aria-label", `The code of ${name}`)
      code.style.counterReset = `line ${first - 1}`
      where.textContent = `${name}, ${file}${line ? `, line ${line}` : ""}${mark ? `, ${mark} in this step` : ""}`
      const now = code.querySelector(".now")
      code.scrollTop = now ? now.offsetTop - code.clientHeight / 2 : 0
      code.scrollLeft = 0
      values.replaceChildren(make("caption", known.size ? "Values" : ours(functions[fn]) ? "No values yet" : "Its values were not recorded"), ...[...known].map(([key, value]) => {
        const row = make("tr"), head = make("th", key, { scope: "row" }), cell = make("td")
        cell.append(make("code", value))
        if (changed.has(key)) { row.className = "changed"; cell.append(make("em", " changed")) }
        row.append(head, cell)
        return row
      }))
      for (const [at, item] of [...stack.children].entries()) item.firstChild.setAttribute("aria-pressed", at === number)
    }

    const go = to => {
      const from = to > 0 ? list[to - 1] : -1, at = list[to], all = frames(events, from, at)
      stop = to
      slider.value = to
      count.textContent = `${to + 1} of ${list.length}`
      slider.setAttribute("aria-valuetext", count.textContent)
      back.setAttribute("aria-disabled", to === 0)
      next.setAttribute("aria-disabled", to === list.length - 1)
      station.textContent = told(recording, at, all.length > 1 ? functions[all.at(-2).fn].name : "the server")
      const returned = pace.checked ? [] : events.slice(from + 1, at).filter(event => event[0] === "return" && plain(functions[event[1]]))
      came.replaceChildren(...returned.map(event => make("li", `${functions[event[1]].name} returned ${event[5]}`)))
      came.hidden = !returned.length // a list of nothing would be read out
      stack.replaceChildren(...all.map((frame, number) => {
        const item = make("li"), choose = make("button", functions[frame.fn].name, { type: "button" })
        choose.addEventListener("click", () => show(all, number))
        item.append(choose)
        return item
      }))
      show(all, all.length - 1)
      stack.scrollTop = stack.scrollHeight
    }

    const set = () => {
      const at = list ? list[stop] : 0
      list = stops(recording, pace.checked)
      slider.max = list.length - 1
      go(Math.max(0, list.findLastIndex(event => event <= at)))
    }
    slider.addEventListener("input", () => go(+slider.value))
    pace.addEventListener("change", set)
    place.classList.add("watch")
    place.replaceChildren(bar, live, stack, right)
    if (events.length) set()
    else place.replaceChildren(make("p", "Nothing of the application ran."))
  }

  // The way of the page's step, below the button that opens it.
  let recorded
  window.watchRecorded = recording => { recorded = recording }
  window.watchWay = async button => {
    let place = button.parentElement.nextElementSibling
    if (!place) {
      await bring("script", { src: button.dataset.recording })
      place = make("div")
      button.parentElement.after(place)
      watchRequest(place, recorded)
      place.hidden = true
    }
    place.hidden = !place.hidden
    button.setAttribute("aria-expanded", !place.hidden)
    button.textContent = place.hidden ? "Watch it, function by function" : "Close"
    if (place.hidden) return
    place.querySelectorAll("button")[1].focus({ preventScroll: true })
    place.scrollIntoView()
  }
}
