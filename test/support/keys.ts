// SPDX-License-Identifier: AGPL-3.0-or-later
// RSA keys for tests. One takes 70 ms to make and most tests need one, so they are kept between runs.
import { createPrivateKey, createPublicKey, generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export type Pair = { publicKey: KeyObject; privateKey: KeyObject }

const FOLDER = join(import.meta.dirname, '../../node_modules/.cache/mainforte-keys')
const pairs = new Map<string, Pair>()

/** The same key for the same name, and another for every other name. RSA, 2048 bits. */
export function keyPair(name: string | number = 0): Pair {
  const known = pairs.get(String(name))
  if (known) return known
  const privateKey = createPrivateKey(keptPem(`${name}.pem`))
  const pair = { privateKey, publicKey: createPublicKey(privateKey) }
  pairs.set(String(name), pair)
  return pair
}

/** Written beside it and renamed, because several workers may want it at once. */
function keptPem(name: string): string {
  const file = join(FOLDER, name)
  if (existsSync(file)) return readFileSync(file, 'utf8')
  mkdirSync(FOLDER, { recursive: true })
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const part = `${file}.${randomUUID()}`
  writeFileSync(part, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
  renameSync(part, file)
  return readFileSync(file, 'utf8')
}
