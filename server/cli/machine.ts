// SPDX-License-Identifier: AGPL-3.0-or-later
// For the doctor: Node, data folder, disk, address, secret key.
import { accessSync, constants, existsSync, mkdirSync, statSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../../config/env.ts'
import { KEY_FILE } from '../open-deps.ts'
import { fault, note, ok, sentence, type Finding } from './findings.ts'

export function node(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 22 || (major === 22 && minor >= 22)) return ok(`Node ${process.versions.node}`)
  return fault(
    `Node ${process.versions.node} is too old`,
    'start it with npx mainforte, which brings its own, or use Node 24',
  )
}

export function folder({ dataDir }: Config): Finding {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    accessSync(dataDir, constants.R_OK | constants.W_OK)
    return ok(`the data folder ${dataDir} can be written`)
  } catch (error) {
    return fault(
      `the data folder cannot be written: ${sentence(error)}`,
      `give it to the user who runs Mainforte, or set DATA_DIR`,
    )
  }
}

/** NFS, SMB, CIFS and SMB2, 9p, Ceph: locks and fsync are not reliable there (statfs(2)). */
const NETWORK_DISKS = new Set([0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x01021997, 0x00c36400])

export function disk({ dataDir }: Config): Finding[] {
  const { bavail, bsize, blocks, type } = statfsSync(dataDir)
  const free = bavail * bsize
  const line = `${Math.round(free / 1e6)} MB free on the disk`
  const isFull = free < 500e6 || bavail / blocks < 0.1
  return [
    isFull ? note(line, 'make room: below 500 MB or 10 % a full disk is near') : ok(line),
    ...(NETWORK_DISKS.has(type)
      ? [note('the data folder is on a network disk', 'move it to a disk of this machine: SQLite can lose data there')]
      : []),
  ]
}

export function address(config: Config): Finding[] {
  if (!config.isHttps) {
    const mend = 'fine to try things; for real use set it to the https address'
    return [note(`PUBLIC_URL is ${config.publicUrl}, without https`, mend)]
  }
  const reached = ok(`people reach us at ${config.publicUrl}`)
  if (config.trustedProxies.length > 0) return [reached]
  const mend = 'set TRUSTED_PROXIES to the address of the proxy; else the limits meant for one visitor stop all'
  return [reached, note('no proxy is trusted, although https needs one', mend)]
}

export function secret(config: Config): Finding {
  if (config.secretKey && config.secretKey.length < 32)
    return fault('SECRET_KEY is shorter than 32 characters', 'make a longer one')
  const file = join(config.dataDir, KEY_FILE)
  if (!config.secretKey && existsSync(file) && (statSync(file).mode & 0o077) !== 0) {
    return fault(`others on this machine can read ${file}`, `chmod 600 ${file}`)
  }
  return ok('the secret key is kept well')
}
