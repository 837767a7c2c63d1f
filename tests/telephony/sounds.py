"""What is not a resident, and rings all the same: int16 mono, 16 kHz."""

from __future__ import annotations

import itertools

import numpy as np

from telephony.recording import Pcm

RATE = 16_000
_VOWELS = ((700, 1100), (400, 2000), (500, 900), (300, 2300))
"""Their first two formants, in Hz."""


def tone(hertz: float, seconds: float, level: float = 0.3) -> Pcm:
    """A pure tone."""
    at = np.arange(int(seconds * RATE)) / RATE
    pcm: Pcm = (level * 32767 * np.sin(2 * np.pi * hertz * at)).astype(np.int16)
    return pcm


def calling_fax(seconds: float) -> Pcm:
    """Half a second of 1100 Hz every three and a half."""
    cycle = np.concatenate([tone(1100.0, 0.5), np.zeros(3 * RATE, dtype=np.int16)])
    return np.resize(cycle, int(seconds * RATE))


def hold_music(seconds: float) -> Pcm:
    """Chords of a few notes with their overtones, a new one every half second: another queue's music on hold."""
    chords = [(262, 330, 392), (220, 262, 330), (175, 220, 262), (196, 247, 294)]
    at = np.arange(RATE // 2) / RATE
    fading = np.exp(-3 * at)
    played = [
        sum(np.sin(2 * np.pi * note * times * at) / times for note in chord for times in (1, 2, 3)) * fading
        for chord in chords
    ]
    cycle = np.concatenate([0.08 * 32767 * chord for chord in played]).astype(np.int16)
    return np.resize(cycle, int(seconds * RATE))


def singing(seconds: float) -> Pcm:
    """One voice that holds each note for half a second, with vibrato, on four vowels."""
    at = np.arange(RATE // 2) / RATE
    rises = np.minimum(1, np.minimum(at / 0.05, (0.5 - at) / 0.05))
    vibrato = 1 + 0.02 * np.sin(2 * np.pi * 5.5 * at) * np.minimum(1, at / 0.15)
    sung = []
    for note, vowel in zip((262, 294, 330, 262, 330, 349, 392, 294), itertools.cycle(_VOWELS)):
        turn = 2 * np.pi * np.cumsum(note * vibrato) / RATE
        overtones = np.arange(1, 3800 // note)
        heights = sum(1 / (1 + ((overtones * note - formant) / 150) ** 2) for formant in vowel) + 0.02
        voice = (np.sin(np.outer(overtones, turn)) * (heights / overtones)[:, np.newaxis]).sum(axis=0)
        sung.append(0.2 * 32767 * rises * voice / np.abs(voice).max())
    return np.resize(np.concatenate(sung).astype(np.int16), int(seconds * RATE))
