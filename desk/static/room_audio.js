// A call's sound through a LiveKit room: this browser's microphone goes in, everybody else is heard.
import { Room, RoomEvent, Track } from "/vendor/livekit-client.js";
import { SoundError } from "/static/call_audio.js";

const EVENTS = "townline.event";
const WORDS = "townline.words";
const CODES = { "*": 10, "#": 11 };

/**
 * One browser in one room. `onEvent` gets what the line tells, `onClose` is called once when the room is over; `onLost`
 * when the connection is lost and is made again, and `onBack` when it is back.
 */
export class RoomAudio {
  constructor({ onEvent = () => {}, onClose = () => {}, onLost = () => {}, onBack = () => {} }) {
    this.onEvent = onEvent;
    this.onClose = onClose;
    this.room = new Room();
    this.players = new Map();
    this.room.on(RoomEvent.TrackSubscribed, (track) => track.kind === Track.Kind.Audio && this.hear(track));
    this.room.on(RoomEvent.TrackUnsubscribed, (track) => this.forget(track));
    this.room.on(RoomEvent.Reconnecting, onLost);
    this.room.on(RoomEvent.Reconnected, onBack);
    this.room.on(RoomEvent.DataReceived, (data, _from, _kind, topic) => topic === EVENTS && this.tell(data));
    this.room.on(RoomEvent.Disconnected, () => this.over());
  }

  /** Join; `microphone` is the stream to be heard by the others, or nothing. Throws SoundError. */
  async join({ url, token }, microphone) {
    try {
      await this.room.connect(url, token);
      if (microphone) {
        const options = { source: Track.Source.Microphone, dtx: false };
        await this.room.localParticipant.publishTrack(microphone.getAudioTracks()[0], options);
      }
    } catch (error) {
      this.close();
      throw new SoundError("The telephone exchange cannot be reached", `Check your network and try again. (${error.message})`);
    }
  }

  hear(track) {
    const player = track.attach();
    player.hidden = true;
    document.body.append(player);
    this.players.set(track, player);
  }

  forget(track) {
    this.players.get(track)?.remove();
    this.players.delete(track);
  }

  tell(data) {
    this.onEvent(JSON.parse(new TextDecoder().decode(data)));
  }

  press(key) {
    this.room.localParticipant.publishDtmf(CODES[key] ?? Number(key), key);
  }

  type(text) {
    this.room.localParticipant.publishData(new TextEncoder().encode(text), { reliable: true, topic: WORDS });
  }

  over() {
    for (const player of this.players.values()) player.remove();
    this.players.clear();
    const close = this.onClose;
    this.onClose = () => {};
    close();
  }

  /** Leave without being told about it. */
  close() {
    this.onClose = () => {};
    this.room.disconnect();
  }
}
