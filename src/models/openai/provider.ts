/** What `openai:MODEL` opens. Environment: OPENAI_API_KEY, which goes nowhere but into requests, and OPENAI_BASE_URL. */
import { UsageError } from '../../core/errors.ts';
import type { Provider } from '../providers.ts';
import { createOpenAiModel } from './model.ts';

const BASE_URL = 'https://api.openai.com/v1';

export const openai: Provider = {
  open(model, env) {
    const [baseUrl, key] = [env['OPENAI_BASE_URL'] || BASE_URL, env['OPENAI_API_KEY'] || null];
    if (!URL.canParse(baseUrl) || !/^https?:/.test(baseUrl))
      throw new UsageError('OPENAI_BASE_URL is not a URL such as http://localhost:11434/v1', 'bad-environment');
    if (new URL(baseUrl).username !== '')
      throw new UsageError('OPENAI_BASE_URL holds a name or password; put what opens the server into OPENAI_API_KEY', 'bad-environment');
    if (key === null && baseUrl === BASE_URL)
      throw new UsageError(
        'OPENAI_API_KEY is not set; set it, or OPENAI_BASE_URL to a server of your own (http://localhost:11434/v1)',
        'no-key',
      );
    return { model: createOpenAiModel({ model, baseUrl, key }), endpoint: baseUrl };
  },
};
