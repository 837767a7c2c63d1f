// Runs in the browser's audio thread: the microphone's sound down to 16 kHz, the line's sound up to the device's rate.

const LINE_FRAME = 320; // 20 ms at 16 kHz
const ZERO_CROSSINGS = 12;
const VOICED = 0.012; // RMS above this counts as voice, about -38 dBFS
const START_DELAY = 0.04; // seconds kept back before playing, so that a late packet is not heard as a click
const LONGEST_BUFFER = 30; // seconds

/** Band-limited resampling of a stream, by a windowed sinc around each output sample. */
class Resampler {
  constructor(from, to) {
    this.step = from / to;
    this.cutoff = Math.min(1, to / from) * 0.94;
    this.half = Math.ceil(ZERO_CROSSINGS / this.cutoff);
    this.input = new Float32Array(this.half);
    this.position = this.half;
  }

  weight(distance) {
    if (Math.abs(distance) >= this.half) return 0;
    const window = 0.5 + 0.5 * Math.cos((Math.PI * distance) / this.half);
    const x = Math.PI * distance * this.cutoff;
    return window * this.cutoff * (Math.abs(x) < 1e-9 ? 1 : Math.sin(x) / x);
  }

  push(samples) {
    const input = new Float32Array(this.input.length + samples.length);
    input.set(this.input);
    input.set(samples, this.input.length);
    const output = [];
    while (this.position + this.half < input.length) {
      const first = Math.ceil(this.position - this.half);
      let sum = 0;
      for (let i = Math.max(0, first); i <= this.position + this.half; i++) sum += input[i] * this.weight(this.position - i);
      output.push(sum);
      this.position += this.step;
    }
    const keep = Math.max(0, Math.floor(this.position) - this.half - 1);
    this.input = input.slice(keep);
    this.position -= keep;
    return output;
  }
}

function loudness(samples) {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return Math.sqrt(sum / samples.length);
}

class Microphone extends AudioWorkletProcessor {
  constructor() {
    super();
    this.resampler = new Resampler(sampleRate, 16000);
    this.frame = [];
  }

  process([channels]) {
    if (!channels || channels.length === 0) return true;
    this.frame.push(...this.resampler.push(channels[0]));
    while (this.frame.length >= LINE_FRAME) this.send(this.frame.splice(0, LINE_FRAME));
    return true;
  }

  send(frame) {
    const pcm = Int16Array.from(frame, (sample) => Math.max(-1, Math.min(1, sample)) * 32767);
    const level = loudness(frame);
    this.port.postMessage({ pcm: pcm.buffer, level, voiced: level > VOICED, time: currentTime }, [pcm.buffer]);
  }
}

class Speaker extends AudioWorkletProcessor {
  constructor({ processorOptions }) {
    super();
    this.rate = processorOptions.rate;
    this.empty();
    this.port.onmessage = ({ data }) => (data === "clear" ? this.empty() : this.take(new Int16Array(data)));
  }

  empty() {
    this.resampler = new Resampler(this.rate, sampleRate);
    this.chunks = [];
    this.offset = 0;
    this.buffered = 0;
    this.playFrom = null;
    this.wasVoiced = false;
  }

  take(pcm) {
    if (this.buffered === 0 && this.playFrom === null) this.playFrom = currentTime + START_DELAY;
    const samples = this.resampler.push(Float32Array.from(pcm, (sample) => sample / 32768));
    if (this.buffered > LONGEST_BUFFER * sampleRate) return;
    this.chunks.push(samples);
    this.buffered += samples.length;
  }

  process(_inputs, [channels]) {
    const output = channels[0];
    if (this.playFrom === null || currentTime < this.playFrom) return true;
    let filled = 0;
    while (filled < output.length && this.chunks.length > 0) {
      const chunk = this.chunks[0];
      const count = Math.min(output.length - filled, chunk.length - this.offset);
      for (let i = 0; i < count; i++) output[filled + i] = chunk[this.offset + i];
      filled += count;
      this.offset += count;
      if (this.offset === chunk.length) {
        this.chunks.shift();
        this.offset = 0;
      }
    }
    this.buffered -= filled;
    if (filled === 0) this.playFrom = null;
    this.report(output);
    for (const channel of channels.slice(1)) channel.set(output);
    return true;
  }

  report(output) {
    const voiced = loudness(output) > VOICED;
    if (voiced !== this.wasVoiced) this.port.postMessage({ voiced, time: currentTime });
    this.wasVoiced = voiced;
  }
}

registerProcessor("microphone", Microphone);
registerProcessor("speaker", Speaker);
