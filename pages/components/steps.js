// Play, pause and a slider for a drawing that is shown step by step.

/** Let `button` play the steps from `first` to `last`, and `slider` choose one; return what stops the playing. */
export function playSteps(root, button, slider, { first, last, pace, show }) {
  let timer = null
  const stop = () => {
    clearInterval(timer)
    timer = null
    button.textContent = "Play"
  }
  root.stop = stop
  button.onclick = () => {
    if (timer) return stop()
    if (root.step === last) show(first)
    button.textContent = "Pause"
    timer = setInterval(() => {
      show(root.step + 1)
      if (root.step === last) stop()
    }, pace)
  }
  slider.oninput = () => {
    stop()
    show(Number(slider.value))
  }
  stop()
  return stop
}
