// SPDX-License-Identifier: AGPL-3.0-or-later
export const withoutTypes: string[]
export const nodeOptions: string[]
export const nodeEnv: Record<string, string>
