import { Command, Flags } from '@oclif/core';
import { detectTerminal } from '../cli/terminal.ts';
import { UsageError } from '../errors.ts';

const FORMATS = ['table', 'json', 'yaml'] as const;

export class Explain extends Command {
  static override summary = 'Say what a rule checks, what people see when it fails, and what mends it';
  static override description =
    'Without a name: all rules. With the ids of rules, or the names of their sysctls or modules: symptoms, meaning, which clusters need it, ' +
    'how the running kernel and the next boot are judged, causes, and what to type on which system. Needs no cluster.';
  static override examples = [
    '<%= config.bin %> explain',
    '<%= config.bin %> explain br-netfilter',
    '<%= config.bin %> explain net.ipv4.ip_forward -o json',
  ];
  static override usage = 'explain [RULE...] [-o table|json|yaml]';
  static override strict = false;
  static override flags = {
    output: Flags.option({ options: FORMATS })({ char: 'o', description: 'output format', default: 'table' }),
  };

  async run(): Promise<void> {
    const { flags, argv } = await this.parse(Explain);
    const names = argv as string[];
    const unknownFlag = names.find((word) => word.startsWith('-'));
    if (unknownFlag !== undefined) throw new UsageError(`unknown flag: ${unknownFlag}`);
    const [{ rulesNamed }, { RULES }, report, { renderJson }, { renderYaml }, text] = await Promise.all([
      import('../check/rules.ts'),
      import('../rules/index.ts'),
      import('../report/explanations.ts'),
      import('../report/json.ts'),
      import('../report/yaml.ts'),
      import('../report/explanation-text.ts'),
    ]);
    const explained = report.explainRules(names.length > 0 ? rulesNamed(names) : RULES, this.config.version);
    if (flags.output === 'json') process.stdout.write(renderJson(explained));
    else if (flags.output === 'yaml') process.stdout.write(renderYaml(explained));
    else {
      const terminal = detectTerminal(process.stdout, process.env);
      const render = names.length > 0 ? text.renderExplanations : text.renderRuleList;
      process.stdout.write(render(explained.rules, terminal));
    }
  }
}
