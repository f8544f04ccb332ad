import { MemoryStore } from '../../../../host/identity/store/memory-store.ts'
import { runStoreContract } from '../../../contract/store-contract.ts'

runStoreContract('MemoryStore', () => new MemoryStore())
