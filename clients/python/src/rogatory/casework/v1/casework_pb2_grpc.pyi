"""Types of the calls in rogatory/casework/v1/casework.proto. Generated; it must not be edited."""

import grpc

from rogatory.casework.v1 import casework_pb2 as pb

class CaseworkStub:
    def __init__(self, channel: grpc.Channel) -> None: ...
    Submit: grpc.UnaryUnaryMultiCallable[pb.SubmitRequest, pb.SubmitResponse]
    SubmitStream: grpc.StreamStreamMultiCallable[pb.SubmitStreamRequest, pb.SubmitStreamResponse]
    Act: grpc.UnaryUnaryMultiCallable[pb.ActRequest, pb.ActResponse]
    Get: grpc.UnaryStreamMultiCallable[pb.GetRequest, pb.GetResponse]
    List: grpc.UnaryStreamMultiCallable[pb.ListRequest, pb.ListResponse]
    Statistics: grpc.UnaryUnaryMultiCallable[pb.StatisticsRequest, pb.StatisticsResponse]
    Calendar: grpc.UnaryStreamMultiCallable[pb.CalendarRequest, pb.CalendarResponse]
    Watch: grpc.StreamStreamMultiCallable[pb.WatchRequest, pb.WatchResponse]
    Consumers: grpc.UnaryUnaryMultiCallable[pb.ConsumersRequest, pb.ConsumersResponse]
    RemoveConsumer: grpc.UnaryUnaryMultiCallable[pb.RemoveConsumerRequest, pb.RemoveConsumerResponse]
    Describe: grpc.UnaryUnaryMultiCallable[pb.DescribeRequest, pb.DescribeResponse]
    Evidence: grpc.UnaryUnaryMultiCallable[pb.EvidenceRequest, pb.EvidenceResponse]
    PrintReferral: grpc.UnaryUnaryMultiCallable[pb.PrintReferralRequest, pb.PrintReferralResponse]
    About: grpc.UnaryUnaryMultiCallable[pb.AboutRequest, pb.AboutResponse]
    Agencies: grpc.UnaryUnaryMultiCallable[pb.AgenciesRequest, pb.AgenciesResponse]
