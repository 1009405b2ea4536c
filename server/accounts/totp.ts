// SPDX-License-Identifier: AGPL-3.0-or-later
// Codes that an application on a phone shows for 30 seconds (RFC 6238), and spare codes.
import { randomInt } from 'node:crypto'
import { createRequire } from 'node:module'
import type { TOTP } from 'otpauth'
import { once } from '../base/once.ts'

type Library = typeof import('otpauth')

/** Loaded with the first code: most visits are without one. */
const load = once(() => createRequire(import.meta.url)('otpauth') as Library)

const PERIOD = 30
/** Without characters that look alike (0 and o, 1, i and l). */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789'

/** 160 bits (RFC 4226 §4) in base32, because people may type it into their application. */
export function newTotpSecret(): string {
  return new (load().Secret)({ size: 20 }).base32
}

export function totpUri(secret: string, site: string, label: string): string {
  return totp(secret, site, label).toString()
}

/** @returns the 30-second step of this code, now or one step around it; undefined when the code is wrong. */
export function totpStep(secret: string, code: string, now: Date): number | undefined {
  const token = code.replaceAll(/\s/g, '')
  if (!/^\d{6}$/.test(token)) return undefined
  const at = now.getTime()
  const delta = totp(secret).validate({ token, timestamp: at, window: 1 })
  return delta === null ? undefined : Math.floor(at / 1000 / PERIOD) + delta
}

function totp(secret: string, issuer = '', label = ''): TOTP {
  const { Secret, TOTP } = load()
  return new TOTP({ issuer, label, secret: Secret.fromBase32(secret), period: PERIOD, digits: 6, algorithm: 'SHA1' })
}

/** Eight codes of ten characters (49 bits each), written "abcde-fghjk". */
export function newRecoveryCodes(): string[] {
  const five = () => Array.from({ length: 5 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')
  return Array.from({ length: 8 }, () => `${five()}-${five()}`)
}

/** Undefined when it cannot be a spare code. */
export function readRecoveryCode(typed: string): string | undefined {
  const characters = typed.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
  return characters.length === 10 ? characters : undefined
}
