/**
 * Which weakness each of ruff's flake8-bandit rules belongs to. The table is ours. Three kinds of rules are left out:
 *
 * - what is no weakness by itself: S101 (assert), S110 and S112 (except: pass), S403 to S415 and S401, S402 (imports),
 *   S603 and S607 (a process is started; ruff reports every one);
 * - what ruff reports for every use, safe or not, and a rule of our own judges by its use: S301 (unpickling, also after
 *   a checked signature), S602, S604 and S605 (a shell is started, also with what is quoted or ours), S103 (chmod, also 0o755), S202 (zipfile's `extractall` too), S308 (mark_safe of a constant),
 *   S310 (every urlopen), S608 (SQL built from our own constants too);
 * - S105, S106 and S107 (hard-coded passwords) report words like "password" as a value; ours reads the value.
 */

export const RUFF_RULES: Readonly<Record<string, { readonly cwe: string }>> = {
  // Code and commands. `exec` and `eval` run code, not commands: 95, which is not one of the eight; rules/cwe-20.ts looks at their input.
  S102: { cwe: 'CWE-95' },
  S307: { cwe: 'CWE-95' },
  S601: { cwe: 'CWE-78' },
  // Wildcards in a shell command: `tar *` takes file names for options.
  S609: { cwe: 'CWE-78' },
  // SQL.
  S610: { cwe: 'CWE-89' },
  S611: { cwe: 'CWE-89' },
  // Deserialisation.
  S302: { cwe: 'CWE-502' },
  S506: { cwe: 'CWE-502' },
  S614: { cwe: 'CWE-502' },
  // Markup.
  S701: { cwe: 'CWE-79' },
  S702: { cwe: 'CWE-79' },
  S704: { cwe: 'CWE-79' },
  // Files of known names in a shared folder, and names that can be guessed.
  S108: { cwe: 'CWE-377' },
  S306: { cwe: 'CWE-377' },
  // XML with external entities or entity bombs.
  S313: { cwe: 'CWE-611' },
  S314: { cwe: 'CWE-611' },
  S315: { cwe: 'CWE-611' },
  S316: { cwe: 'CWE-611' },
  S317: { cwe: 'CWE-611' },
  S318: { cwe: 'CWE-611' },
  S319: { cwe: 'CWE-611' },
  S320: { cwe: 'CWE-611' },
  // Network and debugging.
  S104: { cwe: 'CWE-1327' },
  S201: { cwe: 'CWE-489' },
  S113: { cwe: 'CWE-400' },
  S312: { cwe: 'CWE-319' },
  S321: { cwe: 'CWE-319' },
  // Cryptography and trust.
  S303: { cwe: 'CWE-328' },
  S304: { cwe: 'CWE-327' },
  S305: { cwe: 'CWE-327' },
  S311: { cwe: 'CWE-338' },
  S323: { cwe: 'CWE-295' },
  S324: { cwe: 'CWE-328' },
  S501: { cwe: 'CWE-295' },
  S502: { cwe: 'CWE-327' },
  S503: { cwe: 'CWE-327' },
  S504: { cwe: 'CWE-327' },
  S505: { cwe: 'CWE-326' },
  S507: { cwe: 'CWE-295' },
  S508: { cwe: 'CWE-319' },
  S509: { cwe: 'CWE-319' },
};
