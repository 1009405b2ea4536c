// SPDX-License-Identifier: AGPL-3.0-or-later
import { createAdministrator, resetPassword } from '../accounts/commands/operator.ts'
import type { Command } from './call.ts'
import { withDeps } from './open.ts'

export const createAdmin: Command = {
  use: 'create-admin --email ADDRESS --given NAME [--family NAME]',
  does: 'cli.create_admin.does',
  words: [0, 0],
  options: {
    email: { type: 'string', does: 'cli.create_admin.email' },
    given: { type: 'string', does: 'cli.create_admin.given' },
    family: { type: 'string', does: 'cli.create_admin.family' },
  },
  async run(config, _words, { email, given, family }, t) {
    if (typeof email !== 'string' || !email.includes('@') || !given) {
      console.error(t('cli.use', { use: createAdmin.use }))
      return 2
    }
    const person = { email, given_name: String(given), family_name: String(family ?? '') }
    console.log(await withDeps(config, (deps) => createAdministrator(deps, person)))
    return 0
  },
}

export const resetPasswordOf: Command = {
  use: 'reset-password LOGIN [--second-factor]',
  does: 'cli.reset_password.does',
  words: [1, 1],
  options: { 'second-factor': { type: 'boolean', does: 'cli.reset_password.second_factor' } },
  async run(config, [login], options, t) {
    const links = await withDeps(config, (deps) =>
      resetPassword(deps, login!, { secondFactor: options['second-factor'] === true }),
    )
    for (const { name, memberNumber, link } of links) console.log(`${name} (${memberNumber})\n${link}`)
    if (links.length === 0) console.error(t('cli.reset_password.nobody'))
    return links.length === 0 ? 1 : 0
  },
}
