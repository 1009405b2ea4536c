// SPDX-License-Identifier: AGPL-3.0-or-later
// For the doctor: Node, data folder, disk, address, secret key.
import { accessSync, constants, existsSync, mkdirSync, statSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../../config/env.ts'
import { KEY_FILE } from '../open-deps.ts'
import type { Translator } from '../text/i18n.ts'
import { fault, note, ok, sentence, type Finding } from './findings.ts'

export function node(t: Translator): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 22 || (major === 22 && minor >= 22)) return ok(`Node ${process.versions.node}`)
  return fault(t('cli.doctor.node_old', { version: process.versions.node }), t('cli.doctor.node_mend'))
}

export function folder({ dataDir }: Config, t: Translator): Finding {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    accessSync(dataDir, constants.R_OK | constants.W_OK)
    return ok(t('cli.doctor.folder', { folder: dataDir }))
  } catch (error) {
    return fault(t('cli.doctor.folder_wrong', { why: sentence(error) }), t('cli.doctor.folder_mend'))
  }
}

/** NFS, SMB, CIFS and SMB2, 9p, Ceph: locks and fsync are not reliable there (statfs(2)). */
const NETWORK_DISKS = new Set([0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x01021997, 0x00c36400])

export function disk({ dataDir }: Config, t: Translator): Finding[] {
  const { bavail, bsize, blocks, type } = statfsSync(dataDir)
  const free = bavail * bsize
  const line = t('cli.doctor.free', { free: String(Math.round(free / 1e6)) })
  const isFull = free < 500e6 || bavail / blocks < 0.1
  return [
    isFull ? note(line, t('cli.doctor.free_mend')) : ok(line),
    ...(NETWORK_DISKS.has(type) ? [note(t('cli.doctor.network'), t('cli.doctor.network_mend'))] : []),
  ]
}

export function address(config: Config, t: Translator): Finding[] {
  if (!config.isHttps) {
    return [note(t('cli.doctor.no_https', { url: config.publicUrl }), t('cli.doctor.no_https_mend'))]
  }
  const reached = ok(t('cli.doctor.reached', { url: config.publicUrl }))
  if (config.trustedProxies.length > 0) return [reached]
  return [reached, note(t('cli.doctor.no_proxy'), t('cli.doctor.no_proxy_mend'))]
}

export function secret(config: Config, t: Translator): Finding {
  if (config.secretKey && config.secretKey.length < 32)
    return fault(t('cli.doctor.key_short'), t('cli.doctor.key_short_mend'))
  const file = join(config.dataDir, KEY_FILE)
  if (!config.secretKey && existsSync(file) && (statSync(file).mode & 0o077) !== 0) {
    return fault(t('cli.doctor.key_open', { file }), `chmod 600 ${file}`)
  }
  return ok(t('cli.doctor.key_kept'))
}
