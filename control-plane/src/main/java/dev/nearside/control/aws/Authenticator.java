package dev.nearside.control.aws;

/** Says who makes a request, and whether they may. */
public interface Authenticator {

    /** What stands for an authenticator where no keys are configured: everybody is who they say, and may do all. */
    Authenticator OPEN = new Authenticator() {
        @Override
        public void admit(WireRequest head) {}

        @Override
        public Principal authenticate(WireRequest request) {
            return Principal.claimed(request);
        }

        @Override
        public boolean allows(Principal principal, String service, String operation) {
            return true;
        }

        @Override
        public boolean permits(Principal principal, String service, String operation) {
            return true;
        }
    };

    /**
     * Looks at a request before its body is read, so that nobody without a key makes this server keep one. The signature
     * itself may be wrong still.
     *
     * @param head the request without its body
     * @throws SignatureException if the head alone shows that the request proves nothing
     */
    void admit(WireRequest head);

    /**
     * Who makes a request.
     *
     * @throws SignatureException if the request does not prove it
     */
    Principal authenticate(WireRequest request);

    /**
     * Whether a principal may make a call with the request that it was found by; a signature for one service is not good for
     * another.
     *
     * @param service AWS's signing name
     * @param operation AWS's name of the call
     */
    boolean allows(Principal principal, String service, String operation);

    /**
     * Whether a principal's key is good for a call at all, such as one that a service makes on the principal's behalf.
     *
     * @param service AWS's signing name
     * @param operation AWS's name of the call
     */
    boolean permits(Principal principal, String service, String operation);
}
